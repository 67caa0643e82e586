import { symlinkSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { bundleCode } from '../../.ci/bundle.ts'
import { COMMAND_VARIABLE, root } from './command.ts'

/**
 * Bundles the command once for all test files, as the package has it. The tests start the command some hundred times,
 * and from the sources a start takes more than twice the processor time.
 */
export default async function setup(project: TestProject): Promise<void> {
  // In watch mode the sources change after the bundle is made.
  if (project.vitest.config.watch) return
  // The folder of the run, which removes it.
  const folder = path.join(tmpdir(), 'command')
  const command = path.join(folder, 'bin.js')
  // Several projects have this setup, and one process runs all of them.
  if (process.env[COMMAND_VARIABLE] === command) return
  await mkdir(folder)
  await bundleCode(folder)
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  process.env[COMMAND_VARIABLE] = command
}
