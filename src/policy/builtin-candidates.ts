import { BUILTIN_RESOURCES, type BuiltinResource } from './builtin-resources.ts'
import {
  ABSENT_NAME,
  CONFIDENTIAL,
  entriesOf,
  namesOf,
  namespacesOf,
  pathOf,
  type Candidate,
} from './candidate.ts'
import type { GroupResources, PolicyRule } from './policy.ts'

/** Reads resources that every apiserver serves: the collection with limit 1, then one object. */
export function* readBuiltins(rule: PolicyRule): Generator<Candidate> {
  for (const { entry, builtin, namespace } of builtinsOf(rule)) {
    if (!builtin.readable) continue
    yield* readCollection(entry, builtin, namespace)
    if (isAddressable(builtin, namespace)) yield* readObjects(entry, builtin, namespace)
  }
}

function* readCollection(
  entry: GroupResources,
  builtin: BuiltinResource,
  namespace: string | undefined,
): Generator<Candidate> {
  const path = pathOf({ ...builtin, namespace })
  // Limited to a name that no object has, a list is empty: nothing confidential is read or logged.
  if (builtin.group !== '' || !CONFIDENTIAL.includes(builtin.resource))
    yield { method: 'GET', path: `${path}?limit=1` }
  for (const name of namesOf(entry)) {
    const query = new URLSearchParams({ fieldSelector: `metadata.name=${name}`, limit: '1' }).toString()
    yield { method: 'GET', path: `${path}?${query}` }
  }
}

function* readObjects(
  entry: GroupResources,
  builtin: BuiltinResource,
  namespace: string | undefined,
): Generator<Candidate> {
  for (const name of namesOf(entry)) {
    yield { method: 'GET', path: pathOf({ ...builtin, namespace, name }) }
  }
}

/** Reads subresources. The object does not exist, unless the rule requires names. */
export function* readBuiltinSubresources(rule: PolicyRule): Generator<Candidate> {
  for (const { entry, builtin, namespace } of builtinsOf(rule)) {
    if (!builtin.readable || !isAddressable(builtin, namespace)) continue
    for (const subresource of builtin.subresources) {
      const names = subresource === 'log' ? [ABSENT_NAME] : namesOf(entry)
      for (const name of names)
        yield { method: 'GET', path: pathOf({ ...builtin, namespace, name, subresource }) }
    }
  }
}

const EMPTY_OBJECT = { body: '{}', contentType: 'application/json' }
const EMPTY_PATCH = { body: '{}', contentType: 'application/merge-patch+json' }

/**
 * Writes as dry runs that would change nothing even as real writes: an empty patch; an update, create or
 * delete of what does not exist or is not valid. Deletes and subresources use a name that no object has, even
 * if the rule requires names.
 */
export function* writeBuiltins(rule: PolicyRule): Generator<Candidate> {
  for (const { entry, builtin, namespace } of builtinsOf(rule)) {
    if (!isAddressable(builtin, namespace)) continue
    const named = { ...builtin, namespace, name: ABSENT_NAME }
    if (builtin.readable) {
      for (const name of namesOf(entry)) {
        const path = dryRun(pathOf({ ...named, name }))
        yield { method: 'PATCH', path, ...EMPTY_PATCH }
        yield { method: 'PUT', path, ...EMPTY_OBJECT }
      }
      for (const subresource of builtin.subresources) {
        const path = dryRun(pathOf({ ...named, subresource }))
        yield { method: 'PATCH', path, ...EMPTY_PATCH }
        yield { method: 'PUT', path, ...EMPTY_OBJECT }
        yield { method: 'POST', path, ...EMPTY_OBJECT }
      }
    }
    yield { method: 'POST', path: dryRun(pathOf({ ...builtin, namespace })), ...EMPTY_OBJECT }
    if (builtin.readable) yield { method: 'DELETE', path: dryRun(pathOf(named)) }
  }
}

/** Whether there can be one object at this place: there is none in a list over all namespaces. */
function isAddressable({ namespaced }: BuiltinResource, namespace: string | undefined): boolean {
  return !namespaced || namespace !== undefined
}

function dryRun(path: string): string {
  return `${path}?dryRun=All`
}

interface BuiltinPlace {
  readonly entry: GroupResources
  readonly builtin: BuiltinResource
  readonly namespace: string | undefined
}

function* builtinsOf(rule: PolicyRule): Generator<BuiltinPlace> {
  for (const entry of entriesOf(rule)) {
    for (const builtin of BUILTIN_RESOURCES) {
      if (entry.group !== '*' && entry.group !== builtin.group) continue
      // A namespace is in itself: a rule for namespace default also covers the object default.
      const isNamespace = builtin.group === '' && builtin.resource === 'namespaces'
      if (isNamespace) {
        const names = rule.namespaces.filter((name) => name !== '')
        if (names.length > 0)
          yield { entry: { ...entry, resourceNames: names }, builtin, namespace: undefined }
      }
      if (!builtin.namespaced) yield { entry, builtin, namespace: undefined }
      else
        for (const name of namespacesOf(rule))
          yield { entry, builtin, namespace: name === '' ? undefined : name }
    }
  }
}
