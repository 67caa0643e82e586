import path from 'node:path'

/** A program with its arguments. A bench measures it from its start to its end. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  /** With any other exit code, the bench would have measured the wrong thing, so it fails. */
  readonly expectedCode: number
}

const root = path.join(import.meta.dirname, '..', '..')

/** Node with an empty script. No command on Node starts faster. */
export const bareNode: Command = { program: process.execPath, args: ['-e', '0'], expectedCode: 0 }

/** The built command, as npm installs it. */
export function planewright(...args: readonly string[]): Command {
  const main = path.join(root, 'dist', 'bin.js')
  return { program: process.execPath, args: [main, ...args], expectedCode: 0 }
}
