import { ensureEngine } from '../lab/engine.ts'
import { canInstallPackages, installPackages } from '../lab/packages.ts'
import { terminalProgress } from '../lab/progress.ts'
import { ensureSshdImage } from './sshd-image.ts'
import { guardRun } from './sshd-run.ts'

/**
 * Makes sure, once for all files, that there is an engine and the image to start sshd from, and says so. What a
 * crashed test leaves behind goes with the run.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const progress = terminalProgress()
  const { version } = await ensureEngine(progress)
  // Some tests want OpenSSH's own ssh-agent, and compare with its client; shellcheck reads the scripts.
  if (await canInstallPackages()) {
    await installPackages(['openssh-client', 'shellcheck'], ['ssh', 'ssh-agent', 'shellcheck'], progress)
  }
  const tag = await ensureSshdImage(progress)
  progress.note(`sshd runs in containers of ${tag} (container engine ${version})`)
  const guard = guardRun()
  return () => guard.release()
}
