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
  /** The tasks, in the order in which they are planned and performed. */
  readonly tasks: readonly Task[]
  /**
   * Tasks that are planned once for each cluster, and performed after the proofs of its control planes; the
   * default is none.
   */
  readonly clusterTasks?: readonly ClusterTask[]
  /** Ansible host patterns that name the hosts; the default is all control planes. */
  readonly hosts?: readonly string[]
  /** Ansible host patterns, as after `-l`: only these of the named hosts; the default is all of them. */
  readonly limit?: readonly string[]
  /** The group whose hosts are meant; the default is `kube_control_plane`. */
  readonly group?: string
  /** How many hosts are surveyed, and clusters rolled, at once; the default is 20. */
  readonly forks?: number
  /**
   * Gets the events of the run; the default is no listener. A listener that throws, or that rejects, changes
   * nothing.
   */
  readonly listener?: Listener
  /** Ends a run early: hosts that were not begun are skipped, and the host that was begun is finished. */
  readonly signal?: AbortSignal
}

/**
 * The checked hosts and tasks of one run, and the connections that it opens. Close it when the run has ended,
 * with `await using` or `close()`.
 */
export interface Session extends AsyncDisposable {
  readonly hosts: readonly PreparedHost[]
  readonly tasks: readonly Task[]
  readonly clusterTasks: readonly ClusterTask[]
  /** Hosts of the group that the limit leaves out. They are never surveyed, and only asked as peers. */
  readonly neighbours: readonly ConnectionTarget[]
  readonly connections: Connections
  readonly forks: number
  readonly listener: Listener
  readonly signal: AbortSignal
  /** Closes the connections. A second call does nothing. */
  close(): Promise<void>
}

/**
 * Checks all that the operator wrote. It asks no host yet.
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

/** The prepared host that a plan is for. */
export function preparedFor({ hosts }: Pick<Session, 'hosts'>, plan: Pick<HostPlan, 'host'>): PreparedHost {
  const prepared = hosts.find((one) => one.host.name === plan.host)
  if (prepared !== undefined) return prepared
  throw new PlanewrightError('internal', `the plan has a host that the session lacks: ${plan.host}`)
}
