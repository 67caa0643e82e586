import { runOn } from '../exec.ts'
import { findHost } from './host.ts'

/** sh that prints the end of the logs of the node's units and of its kube-apiserver. */
const SCRIPT = `for unit in containerd kubelet ssh; do
  echo "== $unit"
  journalctl --no-pager --quiet --lines 40 --unit $unit
done
for log in $(ls -t /var/log/pods/kube-system_kube-apiserver-*/kube-apiserver/*.log 2>/dev/null | head -n 1); do
  echo "== $log"
  tail -n 60 "$log"
done`

/** `lab logs HOST`: prints the end of a host's logs to stdout. */
export async function runLogs(name: string): Promise<void> {
  const { host } = await findHost(name)
  process.stdout.write(await runOn(host, 'reading the logs', SCRIPT))
}
