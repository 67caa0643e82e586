import type { Draft, Path } from '../manifest/draft.ts'
import type { ArgumentListShape, ArgumentMapShape, ConfigurationShape } from './configuration-shape.ts'
import { putItem, putKey } from './put.ts'

/** An argument in `extraArgs`. Its value is no string if somebody has left out the quotes. */
export interface ExtraArgument {
  readonly name: string
  readonly value?: string | number | boolean | null | undefined
}

/** The apiserver's `extraArgs`, whatever form they have in its apiVersion. */
export interface ExtraArguments {
  readonly entries: readonly ExtraArgument[]
  /**
   * Makes sure that a flag occurs exactly once, with its own name and this value: at its place if it has one,
   * else in place of the first.
   * @param existing the indexes of the entries that are this flag already, in any spelling
   */
  setFlag(flag: string, value: string, existing: readonly number[]): void
}

const path: readonly string[] = ['apiServer', 'extraArgs']

/** Up to v1beta3: a mapping from names to values. */
class ArgumentMap implements ExtraArguments {
  readonly #draft: Draft<ConfigurationShape>

  constructor(draft: Draft<ConfigurationShape>) {
    this.#draft = draft
  }

  get entries(): readonly ExtraArgument[] {
    const map = (this.#draft.value.apiServer?.extraArgs ?? {}) as ArgumentMapShape
    return Object.entries(map).map(([name, value]) => ({ name, value }))
  }

  setFlag(flag: string, value: string, existing: readonly number[]): void {
    const found = existing.flatMap((index) => this.entries[index] ?? [])
    // The right one first, so that the mapping is never empty.
    if (found.find(({ name }) => name === flag)?.value !== value) putKey(this.#draft, [...path, flag], value)
    for (const { name } of found) if (name !== flag) this.#draft.remove([...path, name])
  }
}

/** From v1beta4 on: a list of names and values. */
class ArgumentList implements ExtraArguments {
  readonly #draft: Draft<ConfigurationShape>

  constructor(draft: Draft<ConfigurationShape>) {
    this.#draft = draft
  }

  get entries(): readonly ExtraArgument[] {
    return (this.#draft.value.apiServer?.extraArgs ?? []) as ArgumentListShape
  }

  setFlag(flag: string, value: string, existing: readonly number[]): void {
    const { entries } = this
    const isRight = (index: number) => entries[index]?.name === flag && entries[index].value === value
    const kept = existing.find(isRight) ?? existing[0]
    if (kept === undefined) {
      putItem(this.#draft, path, { name: flag, value })
      return
    }
    const item: Path = [...path, kept]
    if (entries[kept]?.name !== flag) this.#draft.set([...item, 'name'], flag)
    if (entries[kept]?.value !== value) this.#draft.set([...item, 'value'], value)
    const others = existing.filter((index) => index !== kept)
    for (const index of others.toReversed()) this.#draft.remove([...path, index])
  }
}

/** The `extraArgs` in a draft of a configuration. */
export function extraArgumentsOf(draft: Draft<ConfigurationShape>): ExtraArguments {
  const { apiVersion } = draft.value
  return apiVersion === 'kubeadm.k8s.io/v1beta4' ? new ArgumentList(draft) : new ArgumentMap(draft)
}
