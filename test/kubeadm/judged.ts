import {
  editClusterConfiguration,
  readClusterConfiguration,
} from '../../src/kubeadm/cluster-configuration.ts'
import type { StoredConfiguration } from './stored-configuration.ts'
import { storedConfigurations } from './stored-configurations.ts'
import { place, settings } from './wanted.ts'

/** A configuration of the table after the edit. */
export interface Judged extends StoredConfiguration {
  readonly apiVersion: string
  readonly text: string
  /** Whether the kubeadm of this version reads its apiVersion. */
  readonly isRead: boolean
}

/**
 * The apiVersions that a kubeadm reads: v1beta3 up to v1.36 (k/k v1.37.2 `cmd/kubeadm/app/util/config/common.go`,
 * validateSupportedVersion).
 */
export function apiVersionsOf(kubernetes: string): readonly string[] {
  const minor = Number(/^v1\.(\d+)\./.exec(kubernetes)?.[1])
  return minor < 37 ? ['v1beta3', 'v1beta4'] : ['v1beta4']
}

/** The whole table for a cluster of this version. kubeadm accepts only its own minor version and the one before. */
export function judgedBy(kubernetes: string): readonly Judged[] {
  const read = apiVersionsOf(kubernetes).map((version) => `kubeadm.k8s.io/${version}`)
  return storedConfigurations.map((configuration) => {
    const text = editClusterConfiguration(configuration.before, settings, place)
    const { apiVersion } = readClusterConfiguration(text, place)
    return {
      ...configuration,
      apiVersion,
      text: text.replace(/(kubernetesVersion"?: "?)v[\d.]+/, `$1${kubernetes}`),
      isRead: read.includes(apiVersion),
    }
  })
}
