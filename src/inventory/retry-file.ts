// Synchronous: the file is also written when the process is about to end, and then nothing can be awaited.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { PlanewrightError } from '../error.ts'
import { parseHostName } from './host-name.ts'
import { resolveLocalPath } from './local-path.ts'

function linesOf(hosts: readonly string[]): string {
  return `${hosts.join('\n')}\n`
}

/** The hosts in a file that a run has written, one name a line; undefined if it contains anything else. */
function readHosts(path: string, inventory: ReadonlySet<string>): readonly string[] | undefined {
  // A device has nothing to lose: with /dev/null, people ask for no file.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return []
  const text = readFileSync(path, 'utf8')
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  // Hosts of another inventory are unknown, but they have the form of a name.
  const areNames = lines.every((line) => inventory.has(line) || parseHostName(line)?.name === line)
  return areNames ? lines : undefined
}

/** Why an action failed, in its own words or the system's; undefined if it did not. */
function troubleOf(action: () => string | undefined): string | undefined {
  try {
    return action()
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

/**
 * Writes the hosts that are left, a line each, in the form that `-l @file` reads. It replaces what an earlier
 * run wrote. A file with any other content stays.
 *
 * @param inventory the names of all hosts that may be left
 * @throws PlanewrightError `usage` if the file is not written.
 */
export function writeRetryFile(file: string, hosts: readonly string[], inventory: ReadonlySet<string>): void {
  const path = resolveLocalPath(file, process.cwd())
  const why = troubleOf(() => {
    if (readHosts(path, inventory) === undefined)
      return 'The file has something else in it than one host name on each line.'
    writeFileSync(path, linesOf(hosts))
    return undefined
  })
  if (why === undefined) return
  throw new PlanewrightError('usage', `the hosts that are left cannot be written to ${file}`, {
    why,
    remedy: `The hosts are ${hosts.join(' ')}. Choose another file: --retry-file PATH.`,
  })
}

/**
 * Removes finished hosts from what an earlier run wrote. When no host is left, the file is removed. A file
 * with anything but hosts of this inventory is not changed.
 *
 * @param inventory the names of all hosts that may be left
 * @throws PlanewrightError `usage` if that fails.
 */
export function strikeFromRetryFile(
  file: string,
  done: readonly string[],
  inventory: ReadonlySet<string>,
): void {
  const path = resolveLocalPath(file, process.cwd())
  const why = troubleOf(() => {
    const hosts = readHosts(path, inventory) ?? []
    if (!hosts.every((host) => inventory.has(host))) return undefined
    const rest = hosts.filter((host) => !done.includes(host))
    if (rest.length === hosts.length) return undefined
    if (rest.length === 0) rmSync(path)
    else writeFileSync(path, linesOf(rest))
    return undefined
  })
  if (why === undefined) return
  throw new PlanewrightError('usage', `the hosts that are done cannot be removed from ${file}`, {
    why,
    remedy: `The hosts are ${done.join(' ')}. Remove them by hand, or delete the file.`,
  })
}
