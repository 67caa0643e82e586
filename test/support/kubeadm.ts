import type { LabHost } from '../lab/lab.ts'
import { onNode } from './node.ts'

/** Starts a kubeadm on a node and stops it with SIGSTOP while it runs. Returns a function that kills it. */
export async function startKubeadm(host: LabHost): Promise<() => Promise<void>> {
  await onNode(
    host,
    `kubeadm upgrade plan </dev/null >/dev/null 2>&1 &
     until pgrep -x kubeadm >/dev/null; do sleep 0.01; done; pkill -STOP -x kubeadm`,
  )
  return async () => {
    await onNode(host, 'pkill -9 -x kubeadm || :')
  }
}
