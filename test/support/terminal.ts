import { execa } from 'execa'
import { PassThrough } from 'node:stream'
import { quote } from '../../src/connection/shell.ts'

/** A terminal of 80 columns, and all that was written to it. */
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
    /** What was drawn last, which stays when the drawing has ended. */
    last: () => written.findLast((chunk) => chunk.includes('\n')) ?? '',
  }
}

/** Starts a command on a terminal of its own, whose keys are stdin and whose screen is stdout. */
export function startOnTerminal(command: readonly string[], redirection = '') {
  const words = command.map(quote).join(' ')
  // A terminal that nobody looks at has no size, and would not be drawn on.
  return execa('script', ['-qec', `stty rows 24 cols 80; exec ${words} ${redirection}`, '/dev/null'], {
    // On CI nothing is drawn either, terminal or not.
    env: { CI: undefined, SHELL: '/bin/sh' },
    reject: false,
  })
}
