import { PlanewrightError } from '../error.ts'
import type { Host, Inventory } from './inventory.ts'
import { resolveLocalPath } from './local-path.ts'
import { describeNames, matchPattern, splitPattern } from './host-pattern.ts'
import { readTextFile } from './text-file.ts'

export interface SelectionOptions {
  /** The group to work on, `kube_control_plane` as a rule; where the inventory has no such group, all hosts. */
  readonly group: string
  /** What {@link readLimit} made of `-l`; none for all hosts of the group. */
  readonly limit: readonly string[]
}

/**
 * The elements of one `-l` or several, in Ansible's host patterns: `a:b:&c:!d` or with commas, globs, `[0:2]`,
 * `~regex`. `@file` stands for the lines of that file, one pattern a line; lines beginning with # are passed over.
 *
 * @throws PlanewrightError `usage` when such a file cannot be read
 */
export async function readLimit(
  arguments_: readonly string[],
  workingDirectory: string,
): Promise<readonly string[]> {
  const elements = arguments_.flatMap(splitLimit)
  const expanded = await Promise.all(
    elements.map((element) =>
      element.startsWith('@') ? readLines(element.slice(1), workingDirectory) : Promise.resolve([element]),
    ),
  )
  return expanded.flat()
}

/** An empty limit, as from a shell variable that is not set, must not come to mean all hosts. */
function splitLimit(limit: string): readonly string[] {
  const elements = splitPattern(limit)
  if (elements.length > 0) return elements
  throw new PlanewrightError('usage', 'The limit is empty', {
    why: 'What was given with -l names no host, group or pattern.',
    remedy: 'Name one, or leave -l out to mean all hosts.',
  })
}

async function readLines(file: string, workingDirectory: string): Promise<readonly string[]> {
  const path = resolveLocalPath(file, workingDirectory)
  const text = await readTextFile(path, { kind: 'limit file', code: 'usage' })
  const lines = text.split('\n').map((line) => line.trim())
  const elements = lines.filter((line) => !line.startsWith('#')).flatMap(splitPattern)
  if (elements.length > 0) return elements
  throw new PlanewrightError('usage', `The limit file ${file} is empty`, {
    where: { file },
    remedy: 'Write one host, group or pattern a line, or leave -l out to mean all hosts.',
  })
}

/**
 * The hosts to work on, in the order of the group.
 *
 * @throws PlanewrightError `usage` when the limit, or an element of it, matches nothing, or the group is empty
 */
export function selectHosts(inventory: Inventory, { group, limit }: SelectionOptions): readonly Host[] {
  const byName = new Map(inventory.hosts.map((host) => [host.name, host]))
  const members = inventory.groups.get(group)
  const candidates = members ?? [...byName.keys()]
  if (candidates.length === 0) throw emptyGroup(inventory, group)
  const elements = limit.flatMap(splitLimit)
  const wanted = elements.length === 0 ? new Set(candidates) : matchPattern(inventory, elements)
  const selected = candidates.filter((name) => wanted.has(name))
  if (selected.length === 0) throw nothingLeft(inventory, group, limit, wanted)
  return selected.flatMap((name) => byName.get(name) ?? [])
}

function emptyGroup(inventory: Inventory, group: string): PlanewrightError {
  return new PlanewrightError('usage', `The group ${group} has no hosts`, {
    why: describeNames(inventory),
    remedy: `Put the control planes into ${group}, or name another group.`,
  })
}

function nothingLeft(
  inventory: Inventory,
  group: string,
  limit: readonly string[],
  wanted: ReadonlySet<string>,
): PlanewrightError {
  const others = [...wanted].join(', ')
  const why = others === '' ? 'It leaves no host. ' : `It means ${others}, not in the group ${group}. `
  return new PlanewrightError('usage', `The limit ${limit.join(', ')} matches no host to work on`, {
    why: why + describeNames(inventory),
    remedy: 'Correct what was given with -l.',
  })
}
