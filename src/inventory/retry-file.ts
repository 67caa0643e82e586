// Written at once: what is left is also written down on the way out, when nothing can be awaited any more.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { PlanewrightError } from '../error.ts'
import { parseHostName } from './host-name.ts'
import { resolveLocalPath } from './local-path.ts'

function linesOf(hosts: readonly string[]): string {
  return `${hosts.join('\n')}\n`
}

/** The hosts of a file that a run has written, a name a line; undefined where there is anything else in it. */
function readHosts(path: string, inventory: ReadonlySet<string>): readonly string[] | undefined {
  // A device has nothing that could be lost: /dev/null is the way to keep no file.
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return []
  const text = readFileSync(path, 'utf8')
  const lines = text === '' ? [] : text.replace(/\n$/, '').split('\n')
  // Another inventory's hosts are not known, but have the form of a name.
  const areNames = lines.every((line) => inventory.has(line) || parseHostName(line)?.name === line)
  return areNames ? lines : undefined
}

/** Why an action did not come to its end, as it says itself or as the system does; undefined where it did. */
function troubleOf(action: () => string | undefined): string | undefined {
  try {
    return action()
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}

/**
 * Writes the hosts that are left, a line each, as `-l @file` takes them. What an earlier run left there is replaced;
 * a file that is anything else stays.
 *
 * @param inventory the names of all hosts that may be left
 * @throws PlanewrightError `usage` where it is not written.
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
 * Takes hosts that have come to their end out of what an earlier run left; the file goes with the last of them. One
 * that has anything else in it than hosts of this inventory is not touched.
 *
 * @param inventory the names of all hosts that may be left
 * @throws PlanewrightError `usage` where that cannot be done.
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
