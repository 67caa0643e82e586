import { canInstallPackages, installPackages } from '../lab/packages.ts'
import type { Progress } from '../lab/progress.ts'

/** Programs that tests start on this machine, with the Debian packages that contain them. */
const packages: Readonly<Record<string, string>> = {
  ssh: 'openssh-client',
  'ssh-agent': 'openssh-client',
  shellcheck: 'shellcheck',
  jq: 'jq',
  curl: 'curl',
  script: 'bsdutils',
}

/** Installs missing programs on Debian or Ubuntu, as root. Elsewhere a test that needs one says so, or fails. */
export async function installPrograms(progress: Progress): Promise<void> {
  if (!(await canInstallPackages())) return
  await installPackages([...new Set(Object.values(packages))], Object.keys(packages), progress)
}
