import type { Distribution } from '../../apiserver/distribution.ts'
import { toPlanewrightError } from '../../error.ts'
import { readClusterConfiguration, type ClusterConfiguration } from '../../kubeadm/cluster-configuration.ts'

/** Where kubeadm keeps the ClusterConfiguration (k/k cmd/kubeadm/app/constants: KubeadmConfigConfigMap). */
export const configurationName = { namespace: 'kube-system', name: 'kubeadm-config' } as const
export const configurationKey = 'ClusterConfiguration'

/** The same, as people write it. */
export const configurationTitle = `${configurationName.namespace}/${configurationName.name}`

/** kubeadm's ClusterConfiguration, as a cluster stores it. */
export interface StoredConfiguration {
  readonly type: 'stored'
  readonly resourceVersion: string
  readonly text: string
}

/** A cluster without a stored configuration. */
export interface NoConfiguration {
  readonly type: 'none'
  readonly distribution: Distribution
}

const advice = {
  k3s: 'k3s runs kube-apiserver inside its own process, without a manifest: set kube-apiserver-arg in /etc/rancher/k3s/config.yaml of each server.',
  rke2: 'RKE2 rewrites its manifest at every start of rke2-server: set audit-policy-file and kube-apiserver-arg in /etc/rancher/rke2/config.yaml of each server.',
  kops: 'kOps rewrites its manifest from the cluster specification: set spec.kubeAPIServer.auditLogPath and the other audit fields there (kops edit cluster).',
  unknown:
    'planewright does not know what rewrites the manifest here. Whatever does has to keep the audit settings.',
} as const

/** What applies to a cluster that kubeadm did not set up. */
export function adviceFor({ distribution }: NoConfiguration): string {
  return `there is no ConfigMap ${configurationTitle}: kubeadm did not set up this cluster. ${advice[distribution]}`
}

/** Reads a stored text; undefined if it cannot be read, which the cluster's own plan reports. */
export function readStored(text: string): ClusterConfiguration | undefined {
  try {
    return readClusterConfiguration(text, { path: configurationTitle })
  } catch (thrown) {
    if (toPlanewrightError(thrown).code === 'kubeadm-config') return undefined
    throw thrown
  }
}
