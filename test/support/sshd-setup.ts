import { ensureEngine } from '../lab/engine.ts'
import { terminalProgress } from '../lab/progress.ts'
import { installPrograms } from './programs.ts'
import { ensureSshdImage } from './sshd-image.ts'
import { guardRun, isGuarded } from './sshd-run.ts'

/**
 * Makes sure, once for all files, that a container engine runs, and begins to build the image with sshd. The image is
 * built while the unit tests run, and a test that starts sshd waits for it. Containers that a crashed test leaves behind
 * are removed when the run ends.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Two vitest projects have this setup, and one process runs both.
  if (isGuarded()) return undefined
  const progress = terminalProgress()
  const guard = guardRun()
  await ensureEngine(progress)
  await installPrograms(progress)
  // An error is ignored here: the first test that needs the image tries again, and reports the error.
  const building = ensureSshdImage(progress).catch(() => undefined)
  return async () => {
    await building
    await guard.release()
  }
}
