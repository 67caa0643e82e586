import { ensureEngine } from '../lab/engine.ts'
import { terminalProgress } from '../lab/progress.ts'
import { installPrograms } from './programs.ts'
import { ensureSshdImage } from './sshd-image.ts'
import { guardRun, isGuarded } from './sshd-run.ts'

/**
 * Makes sure, once for all files, that there is an engine, and begins with the image to start sshd from: it is built while
 * the unit tests run, and whoever starts sshd waits for it. What a crashed test leaves behind goes with the run.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Two projects have this setup, and one process runs both.
  if (isGuarded()) return undefined
  const progress = terminalProgress()
  const guard = guardRun()
  await ensureEngine(progress)
  await installPrograms(progress)
  // Whoever needs it tries once more, and says why it cannot be had.
  const building = ensureSshdImage(progress).catch(() => undefined)
  return async () => {
    await building
    await guard.release()
  }
}
