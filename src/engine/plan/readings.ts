import { readStaticPod, type StaticPod } from '../../manifest/static-pod.ts'
import type { Template } from '../../template/load.ts'
import { compileTemplate, type CompiledTemplate } from '../../template/render.ts'
import type { DesiredTemplate } from '../task/desired.ts'

type Check = DesiredTemplate['check']

/** The value of a key. It is made if it is missing. */
function recall<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

/**
 * Parses each text of a plan only once. The hosts of a cluster share their policy, and tasks read the same
 * texts. To parse them again took a third of the time of a run that finds nothing to do. Pure: the same text
 * gives the same result; a text that cannot be parsed throws each time.
 */
export class Readings {
  readonly #pods = new Map<string, StaticPod>()
  readonly #templates = new Map<string, CompiledTemplate>()
  readonly #checks = new Map<Check, Map<string, readonly string[]>>()

  /** A static pod's manifest; see `readStaticPod`. */
  pod(text: string, component: string, place: { readonly path: string }): StaticPod {
    const key = JSON.stringify([component, place.path, text])
    return recall(this.#pods, key, () => readStaticPod(text, component, place))
  }

  /** A template's text with these variables; see `renderTemplate`. */
  render({ file, source }: Template, variables: Readonly<Record<string, unknown>>): string {
    const key = JSON.stringify([file, source])
    return recall(this.#templates, key, () => compileTemplate(source, { file }))(variables)
  }

  /** The warnings of a task's check; see `DesiredTemplate.check`. */
  check(check: Check, text: string, place: { readonly file: string }): readonly string[] {
    const known = recall(this.#checks, check, () => new Map<string, readonly string[]>())
    return recall(known, JSON.stringify([place.file, text]), () => check(text, place))
  }
}
