import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { identifyProcess, isRunning } from '../lab/process-identity.ts'

/** The name of a folder contains its process: the pid, and the start time if that is known. */
const named = /^planewright-tests-(\d+)-(\d*)$/

/**
 * Makes one folder for all temporary files of this process and of those that it starts (`TMPDIR`). The process removes it
 * at its end. If the process is killed, the next one that calls this removes the folder.
 */
export function openTemporaryFolder(): string {
  const parent = tmpdir()
  removeAbandoned(parent)
  const { pid, startTime } = identifyProcess(process.pid) ?? { pid: process.pid, startTime: '' }
  const folder = path.join(parent, `planewright-tests-${pid}-${startTime}`)
  // Other users may enter: apt drops root's rights and still has to read files here.
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
