import type { ClusterConfiguration } from '../../src/kubeadm/cluster-configuration.ts'

/**
 * The arguments and volumes of the apiserver's manifest that kubeadm v1.37.2 makes from a configuration. Base arguments
 * come first, sorted and overridden, then the extra ones in their order (k/k `cmd/kubeadm/app/util/arguments.go`,
 * ArgumentsToCommand). Volumes are sorted by name, and the last one of a name counts (`phases/controlplane/volumes.go`).
 * accepted.node.test.ts has the manifests of a real kubeadm.
 */
export function manifestOf({ extraArgs, extraVolumes }: ClusterConfiguration): string {
  const base = ['--advertise-address=10.0.0.1', '--authorization-mode=Node,RBAC', '--secure-port=6443']
  const own = extraArgs.map(({ name, value }) => `--${name}=${value}`)
  const pki = { name: 'k8s-certs', hostPath: '/etc/kubernetes/pki', mountPath: '/etc/kubernetes/pki' }
  const all = [{ ...pki, readOnly: true, pathType: 'DirectoryOrCreate' }, ...extraVolumes]
  const byName = [...new Map(all.map((volume) => [volume.name, volume])).values()]
  const volumes = byName.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'kube-apiserver', namespace: 'kube-system' },
    spec: {
      containers: [
        {
          name: 'kube-apiserver',
          command: ['kube-apiserver', ...base, ...own],
          volumeMounts: volumes.map(({ name, mountPath, readOnly }) => ({
            mountPath,
            name,
            ...(readOnly ? { readOnly } : {}),
          })),
        },
      ],
      volumes: volumes.map(({ name, hostPath, pathType }) => ({
        hostPath: { path: hostPath, type: pathType },
        name,
      })),
    },
  })
}
