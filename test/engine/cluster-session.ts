import { openSession, type Session } from '../../src/engine/session/session.ts'
import type { SurveyedCluster } from '../../src/engine/stored/survey-clusters.ts'
import { auditClusterTasks, auditTasks } from '../../tasks/index.ts'
import { loadWritten } from '../inventory/written-files.ts'

/** Opens a session of hosts with these variables, without connecting to any. The caller disposes of it. */
export async function sessionOf(
  hosts: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  signal?: AbortSignal,
): Promise<Session> {
  const text = JSON.stringify({ kube_control_plane: { hosts } })
  const inventory = await loadWritten({ 'hosts.yaml': text })
  const heard = signal === undefined ? {} : { signal }
  return openSession({ inventory, tasks: auditTasks, clusterTasks: auditClusterTasks, ...heard })
}

/** A surveyed cluster of these hosts with this stored configuration. Its nodes have the hosts' names. */
export function surveyed(cluster: string, hosts: readonly string[], text: string): SurveyedCluster {
  const known = hosts.map((name) => ({ name, addresses: [name] }))
  return {
    cluster,
    hosts,
    facts: {
      configuration: { type: 'stored', resourceVersion: '7', text },
      nodes: known.map((host) => ({ ...host, internalAddress: undefined })),
      known,
    },
    error: undefined,
  }
}
