import { execa } from 'execa'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { withLock } from '../lab/lock.ts'

const folder = path.join(import.meta.dirname, 'nodes')

/** The Node of this major version in nodes/package.json, for this platform. Undefined if npm has none. */
async function nodeOf(major: number): Promise<string | undefined> {
  await withLock(
    folder,
    () => undefined,
    async () => {
      if (existsSync(path.join(folder, 'node_modules'))) return
      await execa('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: folder,
      })
    },
  )
  const program = path.join(
    folder,
    'node_modules',
    `node-${major}-${process.platform}-${process.arch}`,
    'bin',
    'node',
  )
  return existsSync(program) ? program : undefined
}

/** A Node that is too old for the command. */
export const tooOld = await nodeOf(12)

const oldest = await nodeOf(22)

/** The Nodes on which the package must run: the checkout's own, and the oldest that `engines` names. */
export const supported: readonly string[] = [process.execPath, ...(oldest === undefined ? [] : [oldest])]

for (const [what, program] of Object.entries({ 'a Node that is too old': tooOld, 'Node 22.18': oldest })) {
  if (program === undefined) {
    console.warn(
      `skipped: npm has ${what} for Linux on amd64 only, and this is ${process.platform} on ${process.arch}`,
    )
  }
}
