import { setTimeout as pause } from 'node:timers/promises'
import { RequestHangs, type ApiAnswer, type ApiClient } from './api-client.ts'

const prefix = 'number-'
/** The controller manager makes a ConfigMap in every namespace (kube-root-ca.crt): it is none of ours. */
const label = 'planewright-load'

/** Milliseconds after which a client asks again that was not served. */
const again = 50

/** Milliseconds after which a client that is not served at all gives up. */
const patience = 60_000

/** The ConfigMaps of a namespace. */
export function collection(namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps`
}

/** The same, of ours alone; more of the query may follow. */
export function selection(namespace: string): string {
  return `${collection(namespace)}?labelSelector=${label}`
}

/** The ConfigMap of a number. */
export function configMapOf(number: number): object {
  const metadata = { name: `${prefix}${number}`, labels: { [label]: '' } }
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { number: `${number}` } }
}

/** The number of a ConfigMap; it stands in its content, not only in its name. */
export function numberOf(configMap: { readonly data?: Readonly<Record<string, string>> }): number {
  return Number(configMap.data?.number ?? NaN)
}

/** How often a client was not served, by the reason. */
export type Setbacks = Map<string, number>

/**
 * Asks until it is answered. Tried again are closed connections and what a server says that goes or comes: 429, 5xx,
 * and 403, as one that has just begun forbids everybody everything until it knows its roles.
 *
 * @throws RequestHangs, and an Error where nobody serves it for a minute.
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

/** A number is there when the server says so; that there is one of its name counts only with its content. */
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
