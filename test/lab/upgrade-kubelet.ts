import { awaitReady } from './cluster.ts'
import { runOn } from './exec.ts'
import type { LabHost } from './lab.ts'
import { swapPrograms } from './release.ts'

/**
 * Replaces kubelet and kubectl, and restarts the kubelet.
 *
 * A kubelet of another minor version computes another hash for the same manifest and takes it for another pod. So it
 * restarts every static pod some seconds after its own start (1.36.3 and 1.37.2, seen here). This returns when the
 * running apiserver belongs to the pod that the new kubelet wants, and is ready.
 */
export async function upgradeKubelet(host: LabHost, version: string): Promise<void> {
  const script = `set -eu
${swapPrograms(version, ['kubelet', 'kubectl'])}
[ ! -e /kind/version ] || echo ${version} >/kind/version
systemctl daemon-reload
systemctl restart kubelet
client=/etc/kubernetes/pki/apiserver-kubelet-client
wanted() {
  curl -sk --max-time 5 --cert $client.crt --key $client.key https://127.0.0.1:10250/pods |
    sed -n 's/.*"name":"kube-apiserver-[^"]*","namespace":"kube-system","uid":"\\([0-9a-f]*\\)".*/\\1/p'
}
running() {
  for pid in $(pgrep -x kube-apiserver); do
    sed -n 's/.*pod\\([0-9a-f]\\{32\\}\\).*/\\1/p' /proc/$pid/cgroup | head -n 1
  done
}
for attempt in $(seq 600); do
  uid=$(wanted) || true
  [ -z "$uid" ] || [ "$uid" != "$(running)" ] || exit 0
  sleep 0.2
done
echo "the kubelet wants the apiserver of pod \${uid:-unknown}, and there runs: $(running)" >&2
exit 1`
  await runOn(host, 'restarting the kubelet', script)
  await awaitReady(host)
}
