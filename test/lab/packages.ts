import { accessSync, constants } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Progress } from './progress.ts'
import { runProgram } from './run-program.ts'

/** Whether apt can install packages here: on Debian or a derivative, as root. */
export async function canInstallPackages(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !isOnPath('apt-get')) return false
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return isDebianFamily(release)
}

/** Whether ID or ID_LIKE in os-release(5) contains debian or ubuntu. */
export function isDebianFamily(osRelease: string): boolean {
  const names = [...osRelease.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].flatMap((match) =>
    (match[1] ?? '').replaceAll(/["']/g, '').split(/\s+/),
  )
  return names.includes('debian') || names.includes('ubuntu')
}

/** Installs the packages, unless all these programs exist already. */
export async function installPackages(
  packages: readonly string[],
  programs: readonly string[],
  progress: Progress,
): Promise<void> {
  if (programs.every(isOnPath)) return
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const remedy = 'Install these packages by hand, or see why apt-get cannot.'
  await progress.step(`installing ${packages.join(', ')} with apt-get`, async () => {
    await runProgram('apt-get', ['update', '-qq'], remedy, { env })
    // RUNLEVEL=1 keeps packages from starting their services. The lab stops only what it has started itself.
    const wanted = ['install', '-qq', '--yes', '--no-install-recommends', ...packages]
    await runProgram('apt-get', wanted, remedy, { env: { ...env, RUNLEVEL: '1' } })
  })
}

/** Whether PATH, /usr/sbin or /sbin has a program of this name. */
export function isOnPath(program: string): boolean {
  const directories = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin']
  return directories.some((directory) => {
    try {
      accessSync(path.join(directory, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
