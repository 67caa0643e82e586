import { normalizePath } from '../../manifest/host-path.ts'
import type { HostOutcome } from '../values/outcome.ts'
import { configurationTitle, readStored } from './stored-configuration.ts'
import type { SurveyedCluster } from './survey-clusters.ts'

/**
 * Files that kubeadm's manifest would need on every control plane; none if the stored configuration is
 * unknown.
 */
function neededFiles(surveyed: SurveyedCluster | undefined): ReadonlySet<string> {
  const stored = surveyed?.facts?.configuration
  const configuration = stored?.type === 'stored' ? readStored(stored.text) : undefined
  const files = (configuration?.extraVolumes ?? []).filter(({ pathType }) => pathType === 'File')
  return new Set(files.map(({ hostPath }) => normalizePath(hostPath)))
}

/**
 * The outcomes, with a warning for each removed file that kubeadm's stored configuration still mounts into
 * the pod: the kubelet starts no pod with a `hostPath` of type `File` if the file is missing (k/k
 * pkg/volume/hostpath, checkType). Pure.
 */
export function warnOfStored(
  outcomes: readonly HostOutcome[],
  surveyed: readonly SurveyedCluster[],
): readonly HostOutcome[] {
  return outcomes.map((outcome) => {
    if (outcome.status !== 'pending' && outcome.status !== 'changed') return outcome
    const needed = neededFiles(surveyed.find(({ cluster }) => cluster === outcome.cluster))
    const gone = outcome.changes.filter(
      ({ kind, path }) => kind === 'removal' && needed.has(normalizePath(path)),
    )
    const warnings = gone.map(
      ({ path }) =>
        `this rollback removes ${path}, but ${configurationTitle} still mounts it: after the next kubeadm upgrade, kube-apiserver on this host would not start. First remove the volume and the audit flags from the ConfigMap (kubectl --namespace kube-system edit configmap kubeadm-config), or run planewright apply again`,
    )
    return { ...outcome, warnings: [...outcome.warnings, ...warnings] }
  })
}
