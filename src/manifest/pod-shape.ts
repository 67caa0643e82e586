import { z } from 'zod'
import { checkShape } from './check-shape.ts'
import type { YamlSource } from './source.ts'

/** Kubernetes accepts `null` for an absent field everywhere. */
const text = z.string().nullish()

const VolumeMount = z.looseObject({
  name: z.string(),
  mountPath: z.string(),
  readOnly: z.boolean().nullish(),
  subPath: text,
  subPathExpr: text,
  mountPropagation: text,
  recursiveReadOnly: text,
})

const Identity = z
  .looseObject({ runAsUser: z.number().nullish(), runAsGroup: z.number().nullish() })
  .nullish()

const Container = z.looseObject({
  name: z.string(),
  image: text,
  command: z.array(z.string()).nullish(),
  args: z.array(z.string()).nullish(),
  volumeMounts: z.array(VolumeMount).nullish(),
  securityContext: Identity,
})

const Volume = z.looseObject({
  name: z.string(),
  hostPath: z.looseObject({ path: text, type: text }).nullish(),
})

const Pod = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Pod'),
  metadata: z.looseObject({
    name: z.string().min(1),
    namespace: text,
    annotations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullish(),
  }),
  spec: z.looseObject({
    containers: z.array(Container).min(1),
    initContainers: z.array(Container).nullish(),
    ephemeralContainers: z.array(Container).nullish(),
    volumes: z.array(Volume).nullish(),
    securityContext: Identity,
  }),
})

/** The parts of a Pod (core/v1) that planewright needs; all other parts stay as they are. */
export type PodShape = z.infer<typeof Pod>
export type ContainerShape = z.infer<typeof Container>
export type VolumeMountShape = z.infer<typeof VolumeMount>
export type VolumeShape = z.infer<typeof Volume>

/** The lists of containers that a Pod may have, by their keys in `spec`. */
export const containerLists = ['containers', 'initContainers', 'ephemeralContainers'] as const

/**
 * The manifest as a Pod.
 * @throws PlanewrightError `manifest`, with line and column: a field has another type than in a Pod.
 */
export function podOf(source: YamlSource): PodShape {
  return checkShape(source, Pod)
}
