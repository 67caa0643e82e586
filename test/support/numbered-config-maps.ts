import { setTimeout as pause } from 'node:timers/promises'
import { RequestHangs, type ApiAnswer, type ApiClient } from './api-client.ts'

const prefix = 'number-'
/** Tells our ConfigMaps from kube-root-ca.crt, which the controller manager makes in every namespace. */
const label = 'planewright-load'

/** Milliseconds that a client waits before it repeats a request that failed. */
const again = 50

/** Milliseconds after which a client gives up if every request fails. */
const patience = 60_000

/** The path of all ConfigMaps in a namespace. */
export function collection(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps`
}

/** The path of our own ConfigMaps in a namespace, with a query that a caller may extend. */
export function selection(namespace: string): string {
  return `${collection(namespace)}?labelSelector=${label}`
}

/** The ConfigMap of a number. */
export function configMapOf(number: number): object {
  const metadata = { name: `${prefix}${number}`, labels: { [label]: '' } }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { number: `${number}` } }
}

/** The number of a ConfigMap, from its content and not from its name. */
export function numberOf(configMap: { readonly data?: Readonly<Record<string, string>> }): number {
  return Number(configMap.data?.number ?? NaN)
}

/** How often a request failed, by the reason. */
export type Setbacks = Map<string, number>

/**
 * Repeats a request until a server answers it. It repeats after a closed connection, and after the answers of a server that
 * stops or starts: 429, 5xx and 403. An apiserver that has just started answers 403 to everything until it knows the roles.
 *
 * @throws RequestHangs, and an Error if every request fails for a minute.
 */
export async function insist(setbacks: Setbacks, ask: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  const end = performance.now() + patience
  for (;;) {
    let reason: string
    try {
      const answer = await ask()
      if (answer.status < 500 && answer.status !== 429 && answer.status !== 403) return answer
      reason = `HTTP ${answer.status}`
    } catch (error) {
      if (error instanceof RequestHangs) throw error
      reason = (error as NodeJS.ErrnoException).code ?? String(error)
    }
    setbacks.set(reason, (setbacks.get(reason) ?? 0) + 1)
    if (performance.now() > end) throw new Error(`not served for ${patience / 1000} s: ${reason}`)
    await pause(again)
  }
}

/**
 * Writes a ConfigMap until the server acknowledges it. If the server says that the name exists already (409), the
 * ConfigMap's content must be the number.
 */
export async function write(
  client: ApiClient,
  namespace: string,
  number: number,
  setbacks: Setbacks,
): Promise<void> {
  const created = await insist(setbacks, () => client.ask('POST', collection(namespace), configMapOf(number)))
  if (created.status === 201) return
  if (created.status !== 409) throw new Error(`number ${number}: HTTP ${created.status}: ${created.body}`)
  setbacks.set('written, and not told', (setbacks.get('written, and not told') ?? 0) + 1)
  const path = `${collection(namespace)}/${prefix}${number}`
  const { status, body } = await insist(setbacks, () => client.ask('GET', path))
  if (status === 200 && numberOf(JSON.parse(body) as object) === number) return
  throw new Error(`number ${number} is said to be there, and is not: HTTP ${status}: ${body}`)
}
