import { homedir } from 'node:os'
import { resolve } from 'node:path'

/** Whether a path names another user's home (`~alice/key`), which only a shell could look up. */
export function isForeignHome(path: string): boolean {
  return /^~[^/]/.test(path)
}

/**
 * Makes a path on this machine absolute. `~` and `~/` are the home directory; anything else is relative to
 * the base.
 */
export function resolveLocalPath(path: string, baseDirectory: string): string {
  if (path === '~' || path.startsWith('~/')) return resolve(homedir(), path.slice(2))
  return resolve(baseDirectory, path)
}
