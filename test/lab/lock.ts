import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { identifyProcess, isRunning, type ProcessIdentity } from './process-identity.ts'

/**
 * Runs `run` while no other process of this machine runs under the same lock file: an image is built once,
 * however many runs ask for it. The lock of a process that is gone is taken over.
 */
export async function withLock<T>(file: string, onWait: () => void, run: () => Promise<T>): Promise<T> {
  await mkdir(path.dirname(file), { recursive: true })
  const mine = JSON.stringify(identifyProcess(process.pid))
  for (let told = false; !(await take(file, mine));) {
    if (!told) onWait()
    told = true
    // Another process's end is nothing that could be awaited.
    await delay(250)
  }
  try {
    return await run()
  } finally {
    await rm(file, { force: true })
  }
}

async function take(file: string, mine: string): Promise<boolean> {
  try {
    await writeFile(file, mine, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const holder = await readHolder(file)
  if (holder === undefined || isRunning(holder)) return false
  await clear(file)
  return take(file, mine)
}

/** Removes a lock whose holder is gone, unless somebody else did so and holds it by now. */
async function clear(file: string): Promise<void> {
  const aside = `${file}.${process.pid}`
  const moved = await rename(file, aside).then(
    () => true,
    () => false,
  )
  if (!moved) return
  const holder = await readHolder(aside)
  if (holder === undefined || isRunning(holder)) await link(aside, file).catch(() => undefined)
  await rm(aside, { force: true })
}

async function readHolder(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity
  } catch {
    // Just being written, or just gone.
    return undefined
  }
}
