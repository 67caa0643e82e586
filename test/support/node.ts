import { execOn, type LabHost } from '../lab/lab.ts'

/** Runs a script on a node without planewright, and returns its stdout. Any exit code but 0 fails the test. */
export async function onNode(host: LabHost, script: string): Promise<string> {
  const { code, stdout, stderr } = await execOn(host, script)
  if (code !== 0) throw new Error(`${host.name}: exit ${code}: ${stderr}\n${script}`)
  return stdout
}

/** Reads the command line of the node's kube-apiserver from /proc, without planewright. Waits until one runs. */
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

/**
 * Lists what must stay the same if there is nothing to do: the inode, mtime, mode and owner of each path that planewright
 * may write, the hashes of the manifests and the policy, and the apiserver's pid.
 */
export function readTraces(host: LabHost): Promise<string> {
  return onNode(
    host,
    `find /etc/kubernetes /var/lib/planewright /var/log/kubernetes -printf '%p %i %T@ %m %U:%G\\n' 2>/dev/null |
       grep -v 'audit.*[.]log ' | sort
     sha256sum /etc/kubernetes/manifests/* /etc/kubernetes/audit-policy.yaml
     echo "apiserver $(pgrep -xo kube-apiserver)"`,
  )
}
