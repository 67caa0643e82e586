import { randomBytes } from 'node:crypto'

import { quote } from './shell.ts'

/** Bytes of a nonce: 128 random bits, so that no output contains it by accident or by guessing. */
const NONCE_BYTES = 16

/**
 * A word that only the shell's own printf joins. The script's text has it in halves, so an echo of the text
 * cannot look like it.
 */
export interface Nonce {
  readonly whole: string
  /** The two words from which printf's `%s%s` makes {@link whole}. */
  readonly halves: string
}

export function makeNonce(): Nonce {
  const whole = randomBytes(NONCE_BYTES).toString('hex')
  return { whole, halves: `${whole.slice(0, NONCE_BYTES)} ${whole.slice(NONCE_BYTES)}` }
}

/** One script for the persistent shell, and the marks before and after its output, on both streams. */
export interface Exchange {
  readonly request: Buffer
  /** Ends the output that came before, for example from a process that an earlier script left running. */
  readonly begin: Buffer
  /** Ends the script's output, without adding a byte to it. The exit code follows. */
  readonly end: Buffer
  /** Ends the exit code. */
  readonly close: Buffer
}

/**
 * Frames a script as one complete line for a shell that reads commands from stdin. dash and busybox ash read
 * stdin in blocks, so only commands may follow on it. Therefore the script is a quoted word for `eval`, and
 * its own stdin is /dev/null. The word goes through a variable, or bash would print all of it when a signal
 * ends the script.
 *
 * The space before the script keeps bash from reading a leading dash as an option of `eval`; dash does not
 * know `--`.
 */
export function frameScript(script: string): Exchange {
  const { whole, halves } = makeNonce()
  const begin = `printf '%s%s<' ${halves}`
  const end = `printf '%s%s>%s;' ${halves} "$?"`
  const assignment = `planewright_script=${quote(` ${script}`)}`
  const evaluation = '( eval "$planewright_script" ) </dev/null'
  const line = `${assignment}; ${begin}; ${begin} >&2; ${evaluation}; ${end}; ${end} >&2\n`
  return {
    request: Buffer.from(line),
    begin: Buffer.from(`${whole}<`),
    end: Buffer.from(`${whole}>`),
    close: Buffer.from(';'),
  }
}
