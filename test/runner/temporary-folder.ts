import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { identifyProcess, isRunning } from '../lab/process-identity.ts'

/** The process whose folder it is: its number, and its start where that is known. */
const named = /^planewright-tests-(\d+)-(\d*)$/

/**
 * Makes one folder for all that this process and those that it starts put into the folder for temporary files (`TMPDIR`).
 * It goes when the process ends. One that is killed cannot see to that: the next one does it.
 */
export function openTemporaryFolder(): string {
  const parent = tmpdir()
  removeAbandoned(parent)
  const { pid, startTime } = identifyProcess(process.pid) ?? { pid: process.pid, startTime: '' }
  const folder = path.join(parent, `planewright-tests-${pid}-${startTime}`)
  // Not for root alone: apt gives up its rights and still has to get in.
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  process.env.TMPDIR = folder
  process.once('exit', () => {
    remove(folder)
  })
  return folder
}

/** Removes the folders whose processes are gone. */
function removeAbandoned(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid, startTime] = named.exec(name) ?? []
    if (pid === undefined || startTime === undefined) continue
    if (!isRunning({ pid: Number(pid), startTime })) remove(path.join(parent, name))
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
