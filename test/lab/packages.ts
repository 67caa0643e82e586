import { accessSync, constants } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Progress } from './progress.ts'
import { runProgram } from './run-program.ts'

/** Whether apt can install something here: Debian or one of its family, and root. */
export async function canInstallPackages(): Promise<boolean> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !isOnPath('apt-get')) return false
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return isDebianFamily(release)
}

/** Reads os-release(5): ID or one of ID_LIKE is debian or ubuntu. */
export function isDebianFamily(osRelease: string): boolean {
  const names = [...osRelease.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].flatMap((match) =>
    (match[1] ?? '').replaceAll(/["']/g, '').split(/\s+/),
  )
  return names.includes('debian') || names.includes('ubuntu')
}

/** Installs the packages unless all the programs they are wanted for are there already. */
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
    // Services that a package would start belong to an init system; what we start ourselves we also stop.
    const wanted = ['install', '-qq', '--yes', '--no-install-recommends', ...packages]
    await runProgram('apt-get', wanted, remedy, { env: { ...env, RUNLEVEL: '1' } })
  })
}

/** Whether a program of this name can be run. */
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
