import type { Connection } from '../../connection/connection.ts'
import { PlanewrightError, toPlanewrightError } from '../../error.ts'
import { openTransaction } from '../../guard/transaction.ts'
import { readHost, type HostReader } from '../../host/host-reader.ts'
import type { PreparedHost } from '../session/prepared-host.ts'
import type { SurveyedHost } from '../values/surveyed-host.ts'
import type { Task } from '../task/task.ts'

/** kubeadm's certificate authority, one for all nodes of a cluster (k/k cmd/kubeadm/app/constants). */
export const certificateAuthority = '/etc/kubernetes/pki/ca.crt'

async function gather(task: Task, reader: HostReader, prepared: PreparedHost) {
  try {
    const params = prepared.variables.byTask.get(task.name)
    return [task.name, await task.gather(reader, params)] as const
  } catch (error) {
    throw toPlanewrightError(error).at({ task: task.name })
  }
}

function checkRoot(uid: number, prepared: PreparedHost): void {
  if (uid === 0) return
  throw new PlanewrightError('become', 'planewright has to be root on the host', {
    why: `it is logged in as ${prepared.target.user} (uid ${uid}), and ansible_become is not set`,
    remedy:
      'Set ansible_become: true for a user with passwordless sudo, or log in as root (ansible_user: root).',
  })
}

/**
 * Reads all facts of one host that the tasks ask for. What the tasks ask before they await anything is one
 * exchange.
 *
 * @throws PlanewrightError `unreachable`, `become`, `host`.
 */
export async function surveyHost(
  prepared: PreparedHost,
  connection: Connection,
  tasks: readonly Task[],
): Promise<SurveyedHost> {
  const reader = readHost(connection)
  const asking = Promise.all([
    reader.identity(),
    reader.file(certificateAuthority),
    reader.processes('kubelet', []),
    reader.file(openTransaction),
    ...tasks.map((task) => gather(task, reader, prepared)),
  ])
  // A user who is not root may fail to read any of this. Then the error about root comes first.
  const [asked] = await Promise.allSettled([reader.identity(), asking])
  if (asked.status === 'fulfilled') checkRoot(asked.value.uid, prepared)
  const [identity, ca, kubelet, open, ...gathered] = await asking
  return {
    name: prepared.host.name,
    target: prepared.target,
    groups: prepared.host.groups,
    variables: prepared.variables.all,
    params: prepared.variables.byTask,
    templates: prepared.templates,
    identity,
    cluster: ca.type === 'regular' ? ca.sha256 : undefined,
    kubelet: kubelet.processes.length > 0,
    open: open.type === 'regular' ? open.content.toString('utf8').trim() : undefined,
    recovered: undefined,
    gathered: new Map(gathered),
  }
}
