import { execOn, type LabHost } from '../lab/lab.ts'

/** Runs a script on a node by hand, and gives its output; anything but exit 0 fails the test. */
export async function onNode(host: LabHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await execOn(host, script)
  if (code !== 0) throw new Error(`${host.name}: exit ${code}: ${stderr}\n${script}`)
  return stdout
}

/** The command line of the node's kube-apiserver, read from /proc and not by planewright. */
export async function readCommandLine(host: LabHost): Promise<readonly string[]> {
  const text = await onNode(
    host,
    `for look in $(seq 1200); do
       pid=$(pgrep -xo kube-apiserver) && tr '\\0' '\\n' <"/proc/$pid/cmdline" && exit 0
       sleep 0.1
     done
     echo 'no kube-apiserver runs' >&2; exit 1`,
  )
  return text.trim().split('\n')
}

/** All that must not change when nothing has to: inode, times, size and hash of what planewright may write. */
export function readTraces(host: LabHost): Promise<string> {
  return onNode(
    host,
    `find /etc/kubernetes /var/lib/planewright /var/log/kubernetes -printf '%p %i %T@ %m %U:%G\\n' 2>/dev/null |
       grep -v 'audit.*[.]log ' | sort
     sha256sum /etc/kubernetes/manifests/* /etc/kubernetes/audit-policy.yaml
     echo "apiserver $(pgrep -xo kube-apiserver)"`,
  )
}
