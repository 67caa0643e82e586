/** The path to a value: keys of mappings, indexes of lists. */
export type Path = readonly (string | number)[]

/**
 * One step from a text to the wanted one.
 *
 * - `set`: the value at the path becomes this one; a missing key is added at the end of its mapping
 * - `insert`: this value becomes the item at `index` of the list at the path, which is not empty
 * - `remove`: the key or item at the path is removed
 */
export type Patch =
  | { readonly op: 'set'; readonly path: Path; readonly value: unknown }
  | { readonly op: 'insert'; readonly path: Path; readonly index: number; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: Path }

type Collection = Record<string | number, unknown>

function collectionAt(root: unknown, path: Path): Collection {
  let value = root
  for (const step of path) value = (value as Collection)[step]
  return value as Collection
}

/** Performs a patch on a plain value, in place. */
export function applyPatch(root: unknown, patch: Patch): void {
  if (patch.op === 'insert') {
    const list = collectionAt(root, patch.path) as unknown as unknown[]
    list.splice(patch.index, 0, structuredClone(patch.value))
    return
  }
  const parent = collectionAt(root, patch.path.slice(0, -1))
  const last = patch.path.at(-1) ?? ''
  if (patch.op === 'set') parent[last] = structuredClone(patch.value)
  else if (Array.isArray(parent)) parent.splice(Number(last), 1)
  else Reflect.deleteProperty(parent, last)
}

/**
 * A value that is changed step by step. It records every step, so that the text can be changed in the same
 * way. Each step makes a new value: a value that was read before stays as it was.
 */
export class Draft<Shape> {
  #value: Shape
  readonly patches: Patch[] = []

  constructor(value: Shape) {
    this.#value = value
  }

  /** The value after the last step. */
  get value(): Shape {
    return this.#value
  }

  set(path: Path, value: unknown): void {
    this.#record({ op: 'set', path, value })
  }

  /** Inserts an item into a list. If the list is missing, null or empty, it becomes a list with this item. */
  insert(path: Path, index: number, value: unknown): void {
    const list = collectionAt(this.#value, path.slice(0, -1))[path.at(-1) ?? '']
    if (Array.isArray(list) && list.length > 0) this.#record({ op: 'insert', path, index, value })
    else this.#record({ op: 'set', path, value: [value] })
  }

  remove(path: Path): void {
    this.#record({ op: 'remove', path })
  }

  #record(patch: Patch): void {
    this.#value = structuredClone(this.#value)
    applyPatch(this.#value, patch)
    this.patches.push(patch)
  }
}
