import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'

/**
 * Where built binaries, downloads and the record of a started engine are kept between runs:
 * `$XDG_CACHE_HOME/planewright`, or `~/.cache/planewright` (XDG Base Directory Specification 0.8: a relative
 * path in the variable is to be ignored).
 */
export function cacheDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const configured = environment.XDG_CACHE_HOME
  const base = configured && path.isAbsolute(configured) ? configured : path.join(homedir(), '.cache')
  return path.join(base, 'planewright')
}

/** Runs `use` with an empty folder inside the cache (so a rename into the cache is atomic) and removes it after. */
export async function withScratchDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  await mkdir(cacheDirectory(), { recursive: true })
  const directory = await mkdtemp(path.join(cacheDirectory(), 'scratch-'))
  try {
    return await use(directory)
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Moves a finished file into the cache, so that a half-written one is never found there. */
export async function keepInCache(file: string, cached: string): Promise<void> {
  await mkdir(path.dirname(cached), { recursive: true })
  await rename(file, cached)
}
