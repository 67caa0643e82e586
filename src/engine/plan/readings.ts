import { readStaticPod, type StaticPod } from '../../manifest/static-pod.ts'
import type { Template } from '../../template/load.ts'
import { compileTemplate, type CompiledTemplate } from '../../template/render.ts'
import type { DesiredTemplate } from '../task/desired.ts'

type Check = DesiredTemplate['check']

/** The value of a key; made where there is none yet. */
function recall<Key, Value>(known: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

/**
 * What the texts of a plan say, each text read once: the hosts of a cluster share their policy, and a task asks
 * again for what another one has asked. Parsing them anew was a third of all time of a run that finds nothing to
 * do. Pure: the same text reads the same; what cannot be read throws each time.
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

  /** What a template says with these variables; see `renderTemplate`. */
  render({ file, source }: Template, variables: Readonly<Record<string, unknown>>): string {
    const key = JSON.stringify([file, source])
    return recall(this.#templates, key, () => compileTemplate(source, { file }))(variables)
  }

  /** What a task's check finds worth a warning; see `DesiredTemplate.check`. */
  check(check: Check, text: string, place: { readonly file: string }): readonly string[] {
    const known = recall(this.#checks, check, () => new Map<string, readonly string[]>())
    return recall(known, JSON.stringify([place.file, text]), () => check(text, place))
  }
}
