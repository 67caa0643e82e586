import type { ErrorPlace } from '../error.ts'
import { Draft } from '../manifest/draft.ts'
import { patchText } from '../manifest/patch-text.ts'
import { parseConfiguration } from './configuration-shape.ts'
import type { ConfigurationShape, ConfigurationSource } from './configuration-shape.ts'
import { correctArguments } from './correct-arguments.ts'
import { correctExtraVolumes } from './correct-extra-volumes.ts'
import { extraArgumentsOf } from './extra-arguments.ts'
import type { StoredSettings, StoredVolume } from './stored-settings.ts'

export type { StoredSettings, StoredVolume } from './stored-settings.ts'

/** The parts of a ClusterConfiguration that planewright needs. */
export interface ClusterConfiguration {
  /** `kubeadm.k8s.io/v1beta2`, `…/v1beta3` or `…/v1beta4`. */
  readonly apiVersion: string
  /** The version that kubeadm last made or upgraded the cluster to, `v1.37.2`. */
  readonly kubernetesVersion: string | undefined
  /** `apiServer.extraArgs` in the text's order, with names and values as written; a missing value is ''. */
  readonly extraArgs: readonly { readonly name: string; readonly value: string }[]
  /** `apiServer.extraVolumes` in the text's order. */
  readonly extraVolumes: readonly StoredVolume[]
}

/**
 * Reads a ClusterConfiguration: the text of key `ClusterConfiguration` in the ConfigMap
 * `kube-system/kubeadm-config`.
 * @throws PlanewrightError `kubeadm-config`: not YAML (with line, column and the parser's words), several
 * documents, another kind or an unknown version, a field of the wrong type.
 */
export function readClusterConfiguration(text: string, place: ErrorPlace): ClusterConfiguration {
  const { configuration } = parseConfiguration(text, place)
  return {
    apiVersion: configuration.apiVersion,
    kubernetesVersion: configuration.kubernetesVersion ?? undefined,
    extraArgs: extraArgumentsOf(new Draft(configuration)).entries.map(({ name, value }) => ({
      name,
      value: String(value ?? ''),
    })),
    extraVolumes: (configuration.apiServer?.extraVolumes ?? []).map((volume) => ({
      name: volume.name,
      hostPath: volume.hostPath ?? '',
      mountPath: volume.mountPath ?? '',
      readOnly: volume.readOnly ?? false,
      pathType: volume.pathType ?? '',
    })),
  }
}

/**
 * Makes the apiserver's part of a ClusterConfiguration as the settings say. Arguments and volumes that are
 * already there, in another spelling or place, or several times, become one correct entry each. Comments,
 * order, quoting and indentation stay.
 *
 * @returns the same string if nothing has to change; the edit of an edited text changes nothing.
 * @throws PlanewrightError `kubeadm-config`, as {@link readClusterConfiguration} does, and if it cannot be
 * edited safely (an alias in the place to be edited).
 */
export function editClusterConfiguration(text: string, settings: StoredSettings, place: ErrorPlace): string {
  const parsed = parseConfiguration(text, place)
  return correctionOf(parsed, settings).draft.patches.reduce(patchText, parsed.source).text
}

/**
 * The differences between a ClusterConfiguration and the settings, in words for people; empty if {@link
 * editClusterConfiguration} would change nothing.
 * @throws PlanewrightError `kubeadm-config`, as {@link readClusterConfiguration} does.
 */
export function describeConfigurationDifferences(
  text: string,
  settings: StoredSettings,
  place: ErrorPlace,
): readonly string[] {
  return correctionOf(parseConfiguration(text, place), settings).differences
}

/** The steps from a configuration to the wanted one, and the differences in words. */
interface Correction {
  readonly draft: Draft<ConfigurationShape>
  readonly differences: readonly string[]
}

function correctionOf({ configuration }: ConfigurationSource, settings: StoredSettings): Correction {
  const draft = new Draft(configuration)
  return {
    draft,
    differences: [
      ...correctArguments(extraArgumentsOf(draft), settings.flags),
      ...correctExtraVolumes(draft, settings),
    ],
  }
}
