import { randomBytes } from 'node:crypto'

import { quote } from './shell.ts'

/** Bytes of a nonce: 128 random bits, so that no output holds one by accident or by guessing. */
const NONCE_BYTES = 16

/** A word that only the shell's own printf puts together: wherever the source text is echoed, it is in halves. */
export interface Nonce {
  readonly whole: string
  /** The two words that printf's `%s%s` makes {@link whole} of. */
  readonly halves: string
}

export function makeNonce(): Nonce {
  const whole = randomBytes(NONCE_BYTES).toString('hex')
  return { whole, halves: `${whole.slice(0, NONCE_BYTES)} ${whole.slice(NONCE_BYTES)}` }
}

/** One script on its way through the persistent shell, and the marks its output stands between, on both streams. */
export interface Exchange {
  readonly request: Buffer
  /** Ends whatever came before, such as the output of a process that an earlier script left running. */
  readonly begin: Buffer
  /** Ends the script's output, without adding a byte to it. The exit code follows. */
  readonly end: Buffer
  /** Ends the exit code. */
  readonly close: Buffer
}

/**
 * Frames a script as one complete line for a shell that reads commands from stdin. dash and busybox ash read stdin
 * in blocks, so nothing but commands may follow on it: the script is a quoted word for `eval`, and what it runs
 * reads /dev/null. The word goes through a variable, or bash would print all of it when a signal ends the script.
 *
 * The blank before the script keeps bash from taking a leading dash for an option of `eval`; dash knows no `--`.
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
