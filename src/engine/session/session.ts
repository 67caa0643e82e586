import { homedir, userInfo } from 'node:os'
import path from 'node:path'
import type { ConnectionTarget } from '../../connection/target.ts'
import { connectionTarget } from '../../inventory/connection-target.ts'
import { PlanewrightError } from '../../error.ts'
import type { Inventory } from '../../inventory/inventory.ts'
import { hostsPurpose, limitPurpose, readPatterns, selectHosts } from '../../inventory/pattern.ts'
import type { ClusterTask } from '../task/cluster-task.ts'
import { checkTaskNames } from './check-task-names.ts'
import { Connections } from './connections.ts'
import { shielded, type Listener } from '../values/event.ts'
import type { HostPlan } from '../values/host-plan.ts'
import { prepareHosts, type PreparedHost } from './prepared-host.ts'
import type { Task } from '../task/task.ts'

export interface SessionOptions {
  readonly inventory: Inventory
  /** In the order in which they are planned and performed. */
  readonly tasks: readonly Task[]
  /** Planned once a cluster, and performed after the proofs of its control planes; none unless said. */
  readonly clusterTasks?: readonly ClusterTask[]
  /** Ansible host patterns that name the hosts; all control planes unless said. */
  readonly hosts?: readonly string[]
  /** Ansible host patterns, as after `-l`: of the hosts that are named only these; all of them unless said. */
  readonly limit?: readonly string[]
  /** The group whose hosts are meant; `kube_control_plane` unless said. */
  readonly group?: string
  /** How many hosts are surveyed, and clusters rolled, at once; 20 unless said. */
  readonly forks?: number
  /** Hears what goes on; nobody unless said. A listener that throws, or that rejects, changes nothing. */
  readonly listener?: Listener
  /** Ends a run early: hosts that were not begun are skipped, a host that was begun is brought to its end. */
  readonly signal?: AbortSignal
}

/**
 * The hosts and tasks of one run, checked, and the connections that it opens. Close it when the run has ended: by
 * `await using`, or by `close()`.
 */
export interface Session extends AsyncDisposable {
  readonly hosts: readonly PreparedHost[]
  readonly tasks: readonly Task[]
  readonly clusterTasks: readonly ClusterTask[]
  /** The hosts of the group that the limit leaves out: they are never surveyed, and only looked at as peers. */
  readonly neighbours: readonly ConnectionTarget[]
  readonly connections: Connections
  readonly forks: number
  readonly listener: Listener
  readonly signal: AbortSignal
  /** Closes the connections; a second time does nothing. */
  close(): Promise<void>
}

/**
 * Checks all that the operator wrote, and touches no host yet.
 *
 * @throws PlanewrightError `usage`, `inventory`, `variable`, `template`.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { inventory, tasks, clusterTasks = [] } = options
  checkTaskNames([...tasks, ...clusterTasks])
  const named = await readPatterns(options.hosts ?? [], hostsPurpose, process.cwd())
  const limit = await readPatterns(options.limit ?? [], limitPurpose, process.cwd())
  const group = options.group ?? 'kube_control_plane'
  const selected = selectHosts(inventory, { group, hosts: named, limit })
  const defaults = { user: userInfo().username, knownHostsFile: path.join(homedir(), '.ssh', 'known_hosts') }
  const hosts = await prepareHosts(inventory, selected, [...tasks, ...clusterTasks], defaults)
  const all = selectHosts(inventory, { group, hosts: [], limit: [] })
  const others = all.filter((host) => !selected.includes(host))
  const connections = new Connections()
  return {
    hosts,
    tasks,
    clusterTasks,
    neighbours: others.map((host) => connectionTarget(host, defaults)),
    connections,
    forks: options.forks ?? 20,
    listener: shielded(options.listener ?? (() => undefined)),
    signal: options.signal ?? new AbortController().signal,
    close: () => connections[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  }
}

/** What was checked of a host that a plan names. */
export function preparedFor({ hosts }: Pick<Session, 'hosts'>, plan: Pick<HostPlan, 'host'>): PreparedHost {
  const prepared = hosts.find((one) => one.host.name === plan.host)
  if (prepared !== undefined) return prepared
  throw new PlanewrightError('internal', `the plan has a host that the session lacks: ${plan.host}`)
}
