import path from 'node:path'

/** A program with its arguments, to be run whole: from its start to its end. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  /** Any other exit code is a bench that measured something else than it meant to. */
  readonly expectedCode: number
}

const root = path.join(import.meta.dirname, '..', '..')

/** Node by itself, doing nothing: no command on Node starts faster. */
export const bareNode: Command = { program: process.execPath, args: ['-e', '0'], expectedCode: 0 }

/** The built command, as it is installed. */
export function planewright(...args: readonly string[]): Command {
  const main = path.join(root, 'dist', 'bin.js')
  return { program: process.execPath, args: [main, ...args], expectedCode: 0 }
}
