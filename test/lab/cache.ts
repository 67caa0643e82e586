import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'

/**
 * The folder that keeps built binaries, downloads and the record of a started engine between runs. It is
 * `$XDG_CACHE_HOME/planewright`, or `~/.cache/planewright`. A relative path in the variable is ignored (XDG Base Directory
 * Specification 0.8).
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const configured = environment.XDG_CACHE_HOME
  const base = configured && path.isAbsolute(configured) ? configured : path.join(homedir(), '.cache')
  return path.join(base, 'planewright')
}

/** Runs `use` with an empty folder and removes it afterwards. It is in the cache, so that a rename into it is atomic. */
export async function withScratchDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(cacheDirectory(), { recursive: true })
  const directory = await mkdtemp(path.join(cacheDirectory(), 'scratch-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Renames a finished file into the cache, so that no other run finds half a file there. */
export async function keepInCache(file: string, cached: string): Promise<void> {
  await mkdir(path.dirname(cached), { recursive: true })
  await rename(file, cached)
}
