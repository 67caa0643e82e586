import { stat } from 'node:fs/promises'
import { PlanewrightError } from '../error.ts'
import { describeNames, matchPattern, splitPattern, type PatternPurpose } from './host-pattern.ts'
import type { Host, Inventory } from './inventory.ts'
import { resolveLocalPath } from './local-path.ts'
import { readTextFile } from './text-file.ts'

/** The patterns that name a verb's hosts, as in Ansible's command. */
export const hostsPurpose: PatternPurpose = { kind: 'host pattern', given: 'HOST' }

/** The patterns given with `-l`. */
export const limitPurpose: PatternPurpose = { kind: 'limit', given: '-l' }

export interface SelectionOptions {
  /** The group to work on, usually `kube_control_plane`. If the inventory has no such group, all hosts. */
  readonly group: string
  /** The named hosts, from {@link readPatterns}; none for all hosts of the group. */
  readonly hosts: readonly string[]
  /** The limit `-l`, from {@link readPatterns}: only these of the named hosts. None for all of them. */
  readonly limit: readonly string[]
}

/**
 * The elements of one pattern or several, in Ansible's form: `a:b:&c:!d` or with commas, globs, `[0:2]`,
 * `~regex`. `@file` stands for the lines of that file, one pattern a line; lines beginning with # are
 * skipped. An argument that begins with @ is one path, whatever is in it, unless only its first part is a
 * file.
 *
 * @throws PlanewrightError `usage` when such a file cannot be read
 */
export async function readPatterns(
  arguments_: readonly string[],
  purpose: PatternPurpose,
  workingDirectory: string,
): Promise<readonly string[]> {
  const elements = await Promise.all(
    arguments_.map((argument) => takeApart(argument, purpose, workingDirectory)),
  )
  const expanded = await Promise.all(
    elements
      .flat()
      .map((element) =>
        element.startsWith('@')
          ? readLines(element.slice(1), purpose, workingDirectory)
          : Promise.resolve([element]),
      ),
  )
  return expanded.flat()
}

/** Ansible would also split a path at its commas and colons, and not find the file. */
async function takeApart(
  argument: string,
  purpose: PatternPurpose,
  workingDirectory: string,
): Promise<readonly string[]> {
  const elements = splitArgument(argument, purpose)
  const [first = ''] = elements
  if (!argument.startsWith('@') || first === argument) return elements
  const isThere = async (element: string) => {
    const path = resolveLocalPath(element.slice(1), workingDirectory)
    return (await stat(path).catch(() => undefined)) !== undefined
  }
  const isTakenApart = (await isThere(first)) && !(await isThere(argument))
  return isTakenApart ? elements : [argument]
}

/** An empty pattern, as from a shell variable that is not set, must not mean all hosts. */
function splitArgument(argument: string, { kind, given }: PatternPurpose): readonly string[] {
  const elements = splitPattern(argument)
  if (elements.length > 0) return elements
  throw new PlanewrightError('usage', `the ${kind} is empty`, {
    why: `The value of ${given} has no host, group or pattern.`,
    remedy: 'Give a host, group or pattern. all means every host.',
  })
}

async function readLines(
  file: string,
  { kind }: PatternPurpose,
  workingDirectory: string,
): Promise<readonly string[]> {
  const path = resolveLocalPath(file, workingDirectory)
  const text = await readTextFile(path, { kind: `${kind} file`, code: 'usage' })
  const lines = text.split('\n').map((line) => line.trim())
  const elements = lines.filter((line) => !line.startsWith('#')).flatMap(splitPattern)
  if (elements.length > 0) return elements
  throw new PlanewrightError('usage', `the ${kind} file ${file} is empty`, {
    where: { file },
    remedy: 'Write one host, group or pattern on each line. all means every host.',
  })
}

/**
 * The hosts to work on, in the order of the group: those of the named hosts that the limit leaves, as in
 * Ansible (ansible-core 2.19, inventory/manager.py, get_hosts).
 *
 * @throws PlanewrightError `usage` when the names or the limit, or an element of them, match nothing, when
 * they have no host in common, or when the group is empty
 */
export function selectHosts(
  inventory: Inventory,
  { group, hosts, limit }: SelectionOptions,
): readonly Host[] {
  const byName = new Map(inventory.hosts.map((host) => [host.name, host]))
  const candidates = inventory.groups.get(group) ?? [...byName.keys()]
  if (candidates.length === 0) throw emptyGroup(inventory, group)
  const matching = (patterns: readonly string[], purpose: PatternPurpose): readonly string[] => {
    if (patterns.length === 0) return candidates
    const elements = patterns.flatMap((pattern) => splitArgument(pattern, purpose))
    const wanted = matchPattern(inventory, elements, purpose)
    const found = candidates.filter((name) => wanted.has(name))
    if (found.length === 0) throw nothingLeft(inventory, group, patterns, purpose, wanted)
    return found
  }
  const named = matching(hosts, hostsPurpose)
  const kept = matching(limit, limitPurpose)
  const selected = named.filter((name) => kept.includes(name))
  if (selected.length === 0) throw nothingInCommon(hosts, limit, named, kept)
  return selected.flatMap((name) => byName.get(name) ?? [])
}

function emptyGroup(inventory: Inventory, group: string): PlanewrightError {
  return new PlanewrightError('usage', `the group ${group} has no hosts`, {
    why: describeNames(inventory),
    remedy: `Add the control planes to the group ${group}.`,
  })
}

function nothingLeft(
  inventory: Inventory,
  group: string,
  patterns: readonly string[],
  { kind, given }: PatternPurpose,
  wanted: ReadonlySet<string>,
): PlanewrightError {
  const others = [...wanted].join(', ')
  const why =
    others === '' ? 'It selects no host. ' : `It selects ${others}, which the group ${group} does not have. `
  return new PlanewrightError(
    'usage',
    `the ${kind} ${patterns.join(', ')} matches no host of the group ${group}`,
    {
      why: why + describeNames(inventory),
      remedy: `Correct the value of ${given}.`,
    },
  )
}

function nothingInCommon(
  hosts: readonly string[],
  limit: readonly string[],
  named: readonly string[],
  kept: readonly string[],
): PlanewrightError {
  const what = `the limit ${limit.join(', ')} excludes every host that ${hosts.join(', ')} selects`
  return new PlanewrightError('usage', what, {
    why: `The host pattern selects ${named.join(', ')}; the limit selects ${kept.join(', ')}.`,
    remedy: 'Remove one of them, or correct them so that they have a host in common.',
  })
}
