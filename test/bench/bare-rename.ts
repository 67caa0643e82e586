import { randomUUID } from 'node:crypto'
import { quote } from '../../src/connection/shell.ts'
import { loadInventory, openSession, drawPlan, survey, type HostPlan } from '../../src/index.ts'
import { auditTasks } from '../../tasks/index.ts'
import type { Lab, LabHost } from '../lab/lab.ts'
import { onNode } from '../support/node.ts'
import { perform } from './by-hand.ts'

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
/** Beside the manifests folder and on its filesystem, so that one rename puts the manifest into place. */
const staged = '/etc/kubernetes/kube-apiserver.bare'

/** A client certificate with an administrator's rights that kubeadm puts on every control plane. */
const identity = '--cacert ca.crt --cert apiserver-kubelet-client.crt --key apiserver-kubelet-client.key'

async function planHost(lab: Lab, { name }: LabHost): Promise<HostPlan> {
  const inventory = await loadInventory({ sources: [lab.inventoryFile] })
  await using session = await openSession({ inventory, tasks: auditTasks, limit: [name] })
  const [host] = drawPlan(await survey(session)).clusters.flatMap(({ hosts }) => hosts)
  if (host?.changes.some((change) => change.path === manifest) === true) return host
  throw new Error(`no new manifest is planned for ${name}`)
}

/**
 * sh that renames the manifest and measures the time by the node's own clock. It waits for a process with the new flag, for
 * /readyz, and for a logged request in the audit log. It has none of planewright's checks.
 */
function renameAndAwait({ provable }: HostPlan): string {
  if (provable === null) throw new Error('no proof is planned')
  const { address, port } = provable.apiserver
  const url = `https://${address}:${port}`
  const mark = randomUUID()
  const request = `${url}/apis/apps/v1/namespaces/default/deployments?limit=1`
  return `
    cd /etc/kubernetes/pki
    has_flag() {
      for pid in $(pgrep -x kube-apiserver); do
        tr '\\0' '\\n' <"/proc/$pid/cmdline" | grep -q '^--audit-policy-file=' && return 0
      done 2>/dev/null
      return 1
    }
    ask() { curl -fs --max-time 5 ${identity} "$@" >/dev/null; }
    await() { until "$@"; do [ "$(date +%s)" -lt "$end" ] || exit 1; sleep 0.1; done; }
    is_logged() { ask -H 'Audit-ID: ${mark}' '${request}'; grep -qs ${mark} ${quote(provable.logFile)}; }
    end=$(($(date +%s) + 180))
    start=$(date +%s%3N)
    mv ${staged} ${manifest}
    await has_flag
    await ask ${url}/readyz
    await is_logged
    echo $(($(date +%s%3N) - start))`
}

/**
 * Changes a manifest as kubeadm and playbooks do: it renames the manifest that planewright would write over the old one,
 * and leaves the rest to the kubelet. The directory and the policy are written before.
 *
 * @returns milliseconds from the rename until the new apiserver serves and has logged an event
 */
export async function bareRename(lab: Lab, host: LabHost): Promise<number> {
  const planned = await planHost(lab, host)
  const commands = planned.changes.map((change) =>
    perform(change.kind === 'file' && change.path === manifest ? { ...change, path: staged } : change),
  )
  await onNode(host, ['set -e', ...commands, `test -s ${staged}`].join('\n'))
  return Number(await onNode(host, renameAndAwait(planned)))
}
