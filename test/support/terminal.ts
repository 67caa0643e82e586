import { execa } from 'execa'
import { PassThrough } from 'node:stream'
import { quote } from '../../src/connection/shell.ts'

/** Makes a terminal of 80 columns that records what is written to it. */
export function fakeTerminal() {
  const written: string[] = []
  const terminal = Object.assign(new PassThrough(), {
    isTTY: true,
    columns: 80,
    rows: 24,
    write: (chunk: string | Uint8Array) => {
      written.push(chunk.toString())
      return true
    },
  }) as unknown as NodeJS.WriteStream
  return {
    terminal,
    text: () => written.join(''),
    /** The last text that was drawn, which stays on the screen at the end. */
    last: () => written.findLast((chunk) => chunk.includes('\n')) ?? '',
  }
}

/** Starts a command on a terminal of its own, whose keys are stdin and whose screen is stdout. */
export function startOnTerminal(command: readonly string[], redirection = '') {
  const words = command.map(quote).join(' ')
  // The terminal of script(1) has no size here, and planewright draws nothing on such a terminal.
  return execa('script', ['-qec', `stty rows 24 cols 80; exec ${words} ${redirection}`, '/dev/null'], {
    // With CI set, planewright draws nothing even on a terminal.
    env: { CI: undefined, SHELL: '/bin/sh' },
    reject: false,
  })
}
