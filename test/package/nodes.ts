import { execa } from 'execa'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { withLock } from '../lab/lock.ts'

const folder = path.join(import.meta.dirname, 'nodes')

/** Node as npm has it for this platform, of the versions in nodes/package.json; undefined where it has none. */
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

/** A Node of before what the command is written in. */
export const tooOld = await nodeOf(12)

const oldest = await nodeOf(22)

/** The Nodes that the package has to run on: the checkout's own, and the oldest that `engines` names. */
export const supported: readonly string[] = [process.execPath, ...(oldest === undefined ? [] : [oldest])]

for (const [what, program] of Object.entries({ 'a Node that is too old': tooOld, 'Node 22.18': oldest })) {
  if (program === undefined) {
    console.warn(
      `skipped: npm has ${what} for Linux on amd64 only, and this is ${process.platform} on ${process.arch}`,
    )
  }
}
