import * as z from 'zod'
import { PlanewrightError } from '../error.ts'
import type { ApiResponse } from './apiserver-client.ts'
import { readJson } from './json-answer.ts'
import type { NodeApiserver } from './node-apiserver.ts'

/** The name of a ConfigMap. */
export interface ConfigMapName {
  readonly namespace: string
  readonly name: string
}

/** A ConfigMap as it was read. */
export interface ConfigMap {
  /** Every write changes it. */
  readonly resourceVersion: string
  readonly data: Readonly<Record<string, string>>
}

/** A key's new value, for exactly the version that was read. */
export interface ConfigMapWrite {
  readonly resourceVersion: string
  readonly key: string
  readonly value: string
}

const Answer = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  data: z.record(z.string(), z.string()).default({}),
})

/**
 * The apiserver's own words (apimachinery pkg/api/errors, NewNotFound). A 404 from another server says
 * nothing about the ConfigMap.
 */
const NotFound = z.object({ kind: z.literal('Status'), reason: z.literal('NotFound') })

function isNotFound({ status, body }: ApiResponse): boolean {
  return status === 404 && readJson(body, NotFound) !== undefined
}

function pathOf({ namespace, name }: ConfigMapName): string {
  return `/api/v1/namespaces/${namespace}/configmaps/${name}`
}

function refused({ namespace, name }: ConfigMapName, verb: string, why: string): PlanewrightError {
  return new PlanewrightError('host', `the ConfigMap ${namespace}/${name} cannot be ${verb}`, { why })
}

function parse(which: ConfigMapName, verb: string, { status, body }: ApiResponse): ConfigMap {
  if (status !== 200) throw refused(which, verb, `HTTP ${status}: ${body.trim().slice(0, 300)}`)
  const answer = readJson(body, Answer)
  if (answer === undefined)
    throw refused(which, verb, `the answer is not a ConfigMap: ${body.trim().slice(0, 100)}`)
  return { resourceVersion: answer.metadata.resourceVersion, data: answer.data }
}

/**
 * Reads a ConfigMap; undefined if there is none of that name.
 *
 * @throws PlanewrightError `proof` or `host` if the apiserver does not answer, or answers with something
 * else.
 */
export async function readConfigMap(
  apiserver: NodeApiserver,
  which: ConfigMapName,
): Promise<ConfigMap | undefined> {
  const headers = { accept: 'application/json' }
  const answer = await apiserver.ask({ method: 'GET', path: pathOf(which), headers })
  return isNotFound(answer) ? undefined : parse(which, 'read', answer)
}

/**
 * Writes one key of a ConfigMap if nobody has written it since it was read, and leaves the rest of it alone.
 * Undefined if somebody has (HTTP 409), or if it is gone.
 *
 * @throws PlanewrightError `proof` or `host` if the apiserver does not answer, or refuses.
 */
export async function writeConfigMap(
  apiserver: NodeApiserver,
  which: ConfigMapName,
  { resourceVersion, key, value }: ConfigMapWrite,
): Promise<ConfigMap | undefined> {
  // A resourceVersion in a patch is a precondition (kubernetes/apiserver pkg/endpoints/handlers/patch.go).
  const answer = await apiserver.ask({
    method: 'PATCH',
    path: `${pathOf(which)}?fieldManager=planewright&fieldValidation=Strict`,
    headers: { accept: 'application/json', 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ metadata: { resourceVersion }, data: { [key]: value } }),
  })
  return answer.status === 409 || isNotFound(answer) ? undefined : parse(which, 'written', answer)
}
