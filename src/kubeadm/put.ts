import type { Draft, Path } from '../manifest/draft.ts'

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce((value: unknown, step) => (value as Record<string | number, unknown>)[step], root)
}

function isEmpty(value: unknown): boolean {
  return value == null || (typeof value === 'object' && Object.keys(value).length === 0)
}

/**
 * Sets a key of a mapping. A mapping that is missing, null or empty is written again with this key in it, and
 * so are the empty mappings around it: kubeadm stores `apiServer: {}`, which would otherwise become one long
 * line in braces.
 */
export function putKey(draft: Draft<unknown>, path: readonly string[], value: unknown): void {
  const depth = path.findIndex((_, index) => index > 0 && isEmpty(valueAt(draft.value, path.slice(0, index))))
  const [stop, nested] = depth === -1 ? [path.length, []] : [depth, path.slice(depth)]
  draft.set(
    path.slice(0, stop),
    nested.reduceRight((inner: unknown, key) => ({ [key]: inner }), value),
  )
}

/**
 * Adds an item at the end of a list. If the list is missing, null or empty, it becomes a list with this item,
 * as in {@link putKey}.
 */
export function putItem(draft: Draft<unknown>, path: readonly string[], item: unknown): void {
  const parent = valueAt(draft.value, path.slice(0, -1))
  const list = isEmpty(parent) ? undefined : valueAt(parent, path.slice(-1))
  if (Array.isArray(list) && list.length > 0) draft.insert(path, list.length, item)
  else putKey(draft, path, [item])
}
