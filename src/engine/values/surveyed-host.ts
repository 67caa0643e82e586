import type { ConnectionTarget } from '../../connection/target.ts'
import type { IdentityFact } from '../../host/fact.ts'
import type { Template } from '../../template/load.ts'

/** All that a run knows of a host when it plans: plain data, from which `planHost` draws its conclusions. */
export interface SurveyedHost {
  readonly name: string
  readonly target: ConnectionTarget
  readonly groups: readonly string[]
  readonly variables: Readonly<Record<string, unknown>>
  /** By task name: what the task's `params` parsed. */
  readonly params: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  /** By the reference that names them. */
  readonly templates: ReadonlyMap<string, Template>
  readonly identity: IdentityFact
  /** sha256 of the CA certificate (hex); undefined where the host has none. */
  readonly cluster: string | undefined
  /** Whether a kubelet process is there: without one no restart would ever come. */
  readonly kubelet: boolean
  /** The transaction that is open on the host; undefined where none is. */
  readonly open: string | undefined
  /** How a transaction ended that this run found open and brought to its end, in words; undefined where none was. */
  readonly recovered: string | undefined
  /** By task name: what the task gathered. */
  readonly gathered: ReadonlyMap<string, Readonly<Record<string, unknown>>>
}
