import { canInstallPackages, installPackages } from '../lab/packages.ts'
import type { Progress } from '../lab/progress.ts'

/** What tests start on this machine beside planewright, with the package of Debian that has it. */
const packages: Readonly<Record<string, string>> = {
  ssh: 'openssh-client',
  'ssh-agent': 'openssh-client',
  shellcheck: 'shellcheck',
  jq: 'jq',
  curl: 'curl',
  script: 'bsdutils',
}

/** Installs what is missing, on Debian or Ubuntu as root; elsewhere the tests that need it say so, or fail. */
export async function installPrograms(progress: Progress): Promise<void> {
  if (!(await canInstallPackages())) return
  await installPackages([...new Set(Object.values(packages))], Object.keys(packages), progress)
}
