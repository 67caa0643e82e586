/**
 * An audit policy as kube-apiserver holds it after loading: `audit.k8s.io/v1` `Policy`
 * (k8s.io/apiserver v0.37.2, pkg/apis/audit/v1/types.go), with every list present.
 */

/** How much of a request is logged, from nothing to both bodies. */
export const LEVELS = ['None', 'Metadata', 'Request', 'RequestResponse'] as const
export type Level = (typeof LEVELS)[number]

/** The stages of a request at which an event may be written. */
export const STAGES = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type Stage = (typeof STAGES)[number]

/** The only apiVersion of a policy that kube-apiserver loads (since 1.24; pkg/audit/policy/reader.go). */
export const POLICY_API_VERSION = 'audit.k8s.io/v1'

/** Resources of one API group, as a rule names them. */
export interface GroupResources {
  /** `''` is the core group, `*` every group; `core` is a group that does not exist. */
  readonly group: string
  /** `pods`, `pods/log`, `pods/*`, `*` before `/scale`, `*` alone; empty: every resource and subresource of the group. */
  readonly resources: readonly string[]
  /** Empty means every name, and none. An entry `''` matches requests without a name. */
  readonly resourceNames: readonly string[]
}

/** One rule; an empty list restricts nothing. */
export interface PolicyRule {
  readonly level: Level
  readonly users: readonly string[]
  readonly userGroups: readonly string[]
  readonly verbs: readonly string[]
  readonly resources: readonly GroupResources[]
  /** `''` is the namespace of cluster-scoped resources and of lists over all namespaces. */
  readonly namespaces: readonly string[]
  readonly nonResourceURLs: readonly string[]
  readonly omitStages: readonly Stage[]
  /** When set, it overrides the policy's own. */
  readonly omitManagedFields?: boolean
}

/** A policy: the first rule that matches a request decides; if none matches, nothing is logged. */
export interface Policy {
  readonly rules: readonly PolicyRule[]
  readonly omitStages: readonly Stage[]
  readonly omitManagedFields: boolean
}

/** A remark about one place in a policy. Lines and columns count from 1. */
export interface PolicyFinding {
  readonly message: string
  /** The field it is about, such as `rules[0].verbs`; empty for the document as a whole. */
  readonly path: string
  readonly line?: number
  readonly column?: number
}
