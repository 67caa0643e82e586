import type { ManifestDifference } from '../difference/manifest-difference.ts'
import { PlanewrightError } from '../error.ts'
import type { ErrorPlace } from '../error.ts'
import { componentIndex, isShellProgram } from './component.ts'
import type { Draft, Path } from './draft.ts'
import type { StaticPodEdit } from './static-pod-edit.ts'
import { normalizeFlagName, parseFlags, programIndex } from './flags.ts'
import type { FlagItem } from './flags.ts'
import type { PodShape } from './pod-shape.ts'

type List = 'command' | 'args'

/** A container's command and args as one argv, as they are when it runs. */
class Argv {
  readonly #draft: Draft<PodShape>
  readonly #container: Path
  readonly #index: number

  constructor(draft: Draft<PodShape>, index: number) {
    this.#draft = draft
    this.#index = index
    this.#container = ['spec', 'containers', index]
  }

  #list(list: List): readonly string[] {
    return this.#draft.value.spec.containers[this.#index]?.[list] ?? []
  }

  get items(): readonly string[] {
    return [...this.#list('command'), ...this.#list('args')]
  }

  #place(index: number): { list: List; at: number } {
    const { length } = this.#list('command')
    return index < length ? { list: 'command', at: index } : { list: 'args', at: index - length }
  }

  #path(index: number): Path {
    const { list, at } = this.#place(index)
    return [...this.#container, list, at]
  }

  replace(index: number, item: string): void {
    this.#draft.set(this.#path(index), item)
  }

  remove(index: number): void {
    this.#draft.remove(this.#path(index))
  }

  /** Inserts in the list that has the item before the index. */
  insert(index: number, item: string): void {
    const { list, at } = this.#place(Math.max(index - 1, 0))
    this.#draft.insert([...this.#container, list], index === 0 ? 0 : at + 1, item)
  }

  /** Puts the program into an empty command. */
  start(program: string): void {
    this.#draft.insert([...this.#container, 'command'], 0, program)
  }
}

/**
 * Gives the program the wanted flags: each occurs exactly once, as `--flag=value`, at the place of its first
 * occurrence. Missing flags go after the last flag. Returns the differences.
 * @throws PlanewrightError `manifest`: the program is started by a shell string.
 */
export function correctFlags(
  draft: Draft<PodShape>,
  index: number,
  { container, flags }: StaticPodEdit,
  where: ErrorPlace,
): ManifestDifference[] {
  const argv = new Argv(draft, index)
  if (Object.keys(flags).length === 0) return []
  if (isShellProgram(argv.items)) {
    throw new PlanewrightError(
      'manifest',
      `${container} is started by a shell, so its flags cannot be edited`,
      {
        where,
        why: `The command is ${JSON.stringify(argv.items.slice(0, 2))} and a shell program, which may do anything with its words.`,
        remedy: `Write the container's command as a list, one item a flag: ["${container}", "--flag=value", …].`,
      },
    )
  }
  if (argv.items.length === 0) argv.start(container)
  return Object.entries(flags).flatMap(([flag, value]) => correctFlag(argv, container, flag, value))
}

function correctFlag(argv: Argv, program: string, flag: string, value: string): ManifestDifference[] {
  const { items } = argv
  const { flags, end } = parseFlags(items, flagsStart(items, program))
  const name = normalizeFlagName(flag)
  const [first, ...others] = flags.filter((item) => item.name === name)
  const wanted = `--${flag}=${value}`
  if (first === undefined) {
    argv.insert(end, wanted)
    return [{ kind: 'flag-missing', flag, should: value }]
  }
  const differences = flagDifferences(items, flag, value, first, others)
  const doomed = [first.valueIndex, ...others.flatMap((other) => [other.index, other.valueIndex])]
  for (const index of doomed.filter((one) => one !== undefined).toReversed()) argv.remove(index)
  if (items[first.index] !== wanted) argv.replace(first.index, wanted)
  return differences
}

/**
 * Where the program's own flags begin: after its name, or at the start if the image's entrypoint is the
 * program.
 */
function flagsStart(items: readonly string[], program: string): number {
  const start = programIndex(items)
  const found = componentIndex(items.slice(start), program)
  return found === -1 ? start : start + found + 1
}

function flagDifferences(
  items: readonly string[],
  flag: string,
  value: string,
  first: FlagItem,
  others: readonly FlagItem[],
): ManifestDifference[] {
  const differences: ManifestDifference[] = []
  if (others.length > 0) differences.push({ kind: 'flag-repeated', flag, times: others.length + 1 })
  // The last one counts: pflag sets the value again for each.
  const current = (others.at(-1) ?? first).value
  if (current !== value) differences.push({ kind: 'flag-value', flag, is: current, should: value })
  if (differences.length > 0) return differences
  const spelling = [items[first.index], first.valueIndex === undefined ? undefined : items[first.valueIndex]]
    .filter((item) => item !== undefined)
    .join(' ')
  return spelling === `--${flag}=${value}` ? [] : [{ kind: 'flag-spelling', flag, is: spelling }]
}
