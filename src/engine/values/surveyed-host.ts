import type { ConnectionTarget } from '../../connection/target.ts'
import type { IdentityFact } from '../../host/fact.ts'
import type { Template } from '../../template/load.ts'

/** All that a run knows about a host when it plans. It is plain data; `planHost` plans from it. */
export interface SurveyedHost {
  readonly name: string
  readonly target: ConnectionTarget
  readonly groups: readonly string[]
  readonly variables: Readonly<Record<string, unknown>>
  /** By task name: the values that the task's `params` parsed. */
  readonly params: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  /** By the reference that names them. */
  readonly templates: ReadonlyMap<string, Template>
  readonly identity: IdentityFact
  /** sha256 of the CA certificate (hex); undefined if the host has none. */
  readonly cluster: string | undefined
  /** Whether a kubelet runs there: without a kubelet, nothing restarts a static pod. */
  readonly kubelet: boolean
  /** The transaction that is open on the host; undefined if none is. */
  readonly open: string | undefined
  /** If this run found an open transaction and ended it: how it ended, in words. Otherwise undefined. */
  readonly recovered: string | undefined
  /** By task name: what the task gathered. */
  readonly gathered: ReadonlyMap<string, Readonly<Record<string, unknown>>>
}
