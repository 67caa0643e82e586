import { z } from 'zod'
import { PlanewrightError } from '../error.ts'
import { checkShape, placeOf } from '../manifest/check-shape.ts'
import type { DocumentKind } from '../manifest/document-kind.ts'
import { parseYamlSource } from '../manifest/source.ts'
import type { YamlSource } from '../manifest/source.ts'
import type { ErrorPlace } from '../error.ts'

const kind: DocumentKind = {
  code: 'kubeadm-config',
  name: 'the stored kubeadm configuration',
  kind: 'ClusterConfiguration',
  reader: 'kubeadm',
  correct: 'Correct it: kubectl --namespace kube-system edit configmap kubeadm-config',
  restore: 'Restore it: kubeadm init phase upload-config kubeadm --config FILE',
}

/** Go's decoder accepts `null` for an absent field everywhere. */
const text = z.string().nullish()

/** Values that people write where kubeadm accepts only strings. */
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: 'has to be a string' })

const HostPathMount = z.looseObject({
  name: z.string(),
  hostPath: text,
  mountPath: text,
  readOnly: z.boolean().nullish(),
  pathType: text,
})

const ArgumentMap = z.record(z.string(), scalar, {
  error: 'has to be a mapping of flags to values in this apiVersion',
})

const ArgumentList = z.array(z.looseObject({ name: z.string(), value: scalar.optional() }), {
  error: 'has to be a list of names and values in this apiVersion',
})

function configurationWith<Arguments extends z.ZodType>(extraArgs: Arguments) {
  return z.looseObject({
    apiVersion: z.string(),
    kind: z.literal('ClusterConfiguration'),
    kubernetesVersion: text,
    apiServer: z
      .looseObject({ extraArgs: extraArgs.nullish(), extraVolumes: z.array(HostPathMount).nullish() })
      .nullish(),
  })
}

/**
 * The versions whose `extraArgs` are known (k/k `cmd/kubeadm/app/apis/kubeadm`, types.go of each). kubeadm
 * v1.31 to v1.36 read v1beta3 and write v1beta4; v1.37 reads only v1beta4 (`util/config/common.go`,
 * validateSupportedVersion). v1.37 also has an experimental v1, which it does not store.
 */
const versions = new Map<unknown, z.ZodType<ConfigurationShape>>([
  ['kubeadm.k8s.io/v1beta2', configurationWith(ArgumentMap)],
  ['kubeadm.k8s.io/v1beta3', configurationWith(ArgumentMap)],
  ['kubeadm.k8s.io/v1beta4', configurationWith(ArgumentList)],
])

/** `extraArgs` up to v1beta3: each flag once. */
export type ArgumentMapShape = z.infer<typeof ArgumentMap>
/** `extraArgs` from v1beta4 on: in this order, each flag as often as it is written. */
export type ArgumentListShape = z.infer<typeof ArgumentList>
export type HostPathMountShape = z.infer<typeof HostPathMount>

/** The parts of a ClusterConfiguration that planewright needs; all other parts stay as they are. */
export interface ConfigurationShape {
  readonly apiVersion: string
  readonly kubernetesVersion?: string | null | undefined
  readonly apiServer?:
    | {
        readonly extraArgs?: ArgumentMapShape | ArgumentListShape | null | undefined
        readonly extraVolumes?: readonly HostPathMountShape[] | null | undefined
      }
    | null
    | undefined
}

/** A ClusterConfiguration's text and its content. */
export interface ConfigurationSource {
  readonly source: YamlSource
  readonly configuration: ConfigurationShape
}

/**
 * Reads a ClusterConfiguration.
 * @throws PlanewrightError `kubeadm-config`: not YAML (with line, column and the parser's words), several
 * documents, another kind or an unknown version, a field of the wrong type.
 */
export function parseConfiguration(text: string, where: ErrorPlace): ConfigurationSource {
  const source = parseYamlSource(text, kind, where)
  const head = checkShape(
    source,
    z.looseObject({ kind: z.literal(kind.kind), apiVersion: z.unknown().optional() }),
  )
  const type = versions.get(head.apiVersion)
  if (type === undefined) throw unknownVersion(source, head.apiVersion)
  return { source, configuration: checkShape(source, type) }
}

function unknownVersion(source: YamlSource, version: unknown): PlanewrightError {
  const found = typeof version === 'string' ? version : version == null ? 'missing' : JSON.stringify(version)
  return new PlanewrightError(kind.code, `${kind.name} has an apiVersion that planewright does not know`, {
    where: { ...source.where, ...placeOf(source, ['apiVersion']) },
    why: `Its apiVersion is ${found}. planewright knows ${[...versions.keys()].join(', ')}.`,
    remedy:
      'If it is older, upgrade the cluster: kubeadm upgrade writes a newer one. If it is newer, upgrade planewright. ' +
      'Until then, set audit_kubeadm_config: false.',
  })
}
