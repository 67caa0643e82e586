import path from 'node:path'
import { cacheDirectory } from './cache.ts'
import { withLock } from './lock.ts'
import type { Progress } from './progress.ts'
import { labDirectory } from './state.ts'

/** Runs `run` while no other command builds or changes this lab: `up`, `upgrade`, `boot` and `join` take turns. */
export async function withLabLock<T>(name: string, progress: Progress, run: () => Promise<T>): Promise<T> {
  const directory = labDirectory(name)
  const lock = path.join(cacheDirectory(), 'locks', `lab-${directory.replaceAll(/[^a-z0-9]+/gi, '-')}`)
  const wait = (): void => {
    progress.note(`waiting for another command that works on lab ${name}`)
  }
  return withLock(lock, wait, run)
}
