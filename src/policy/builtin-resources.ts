/** A resource that every kube-apiserver serves. */
export interface BuiltinResource {
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly namespaced: boolean
  /**
   * The subresources that a proof may ask for: `status` of some, never a stream such as exec, attach or
   * proxy.
   */
  readonly subresources: readonly string[]
  /** False for reviews, which clients can only create. */
  readonly readable: boolean
}

const STATUS = ['status']
const SCALE = ['status', 'scale']

/**
 * The resources of Kubernetes 1.29 to 1.37, in the versions that all of these serve by default. A proof tries
 * them in this order: within a group, the smallest and least confidential come first, secrets last. Left out
 * are resources that a proof must not touch, or that have effects even as a dry run (bindings, evictions).
 */
export const BUILTIN_RESOURCES: readonly BuiltinResource[] = [
  ...namespaced('', 'v1', {
    pods: ['status', 'log', 'ephemeralcontainers'],
    services: STATUS,
    endpoints: [],
    limitranges: [],
    resourcequotas: STATUS,
    replicationcontrollers: SCALE,
    podtemplates: [],
    persistentvolumeclaims: STATUS,
    events: [],
    serviceaccounts: ['token'],
    configmaps: [],
    secrets: [],
  }),
  ...clusterScoped('', 'v1', {
    namespaces: ['status', 'finalize'],
    nodes: STATUS,
    persistentvolumes: STATUS,
  }),
  ...namespaced('apps', 'v1', {
    deployments: SCALE,
    replicasets: SCALE,
    statefulsets: SCALE,
    daemonsets: STATUS,
    controllerrevisions: [],
  }),
  ...namespaced('batch', 'v1', { jobs: STATUS, cronjobs: STATUS }),
  ...namespaced('autoscaling', 'v2', { horizontalpodautoscalers: STATUS }),
  ...namespaced('policy', 'v1', { poddisruptionbudgets: STATUS }),
  ...namespaced('networking.k8s.io', 'v1', { ingresses: STATUS, networkpolicies: [] }),
  ...clusterScoped('networking.k8s.io', 'v1', { ingressclasses: [] }),
  ...namespaced('coordination.k8s.io', 'v1', { leases: [] }),
  ...namespaced('discovery.k8s.io', 'v1', { endpointslices: [] }),
  ...namespaced('events.k8s.io', 'v1', { events: [] }),
  ...namespaced('rbac.authorization.k8s.io', 'v1', { roles: [], rolebindings: [] }),
  ...clusterScoped('rbac.authorization.k8s.io', 'v1', { clusterroles: [], clusterrolebindings: [] }),
  ...clusterScoped('storage.k8s.io', 'v1', {
    storageclasses: [],
    csidrivers: [],
    csinodes: [],
    volumeattachments: STATUS,
  }),
  ...namespaced('storage.k8s.io', 'v1', { csistoragecapacities: [] }),
  ...clusterScoped('scheduling.k8s.io', 'v1', { priorityclasses: [] }),
  ...clusterScoped('node.k8s.io', 'v1', { runtimeclasses: [] }),
  ...clusterScoped('flowcontrol.apiserver.k8s.io', 'v1', {
    flowschemas: STATUS,
    prioritylevelconfigurations: STATUS,
  }),
  ...clusterScoped('admissionregistration.k8s.io', 'v1', {
    validatingwebhookconfigurations: [],
    mutatingwebhookconfigurations: [],
  }),
  ...clusterScoped('apiextensions.k8s.io', 'v1', { customresourcedefinitions: STATUS }),
  ...clusterScoped('apiregistration.k8s.io', 'v1', { apiservices: STATUS }),
  ...clusterScoped('certificates.k8s.io', 'v1', { certificatesigningrequests: ['status', 'approval'] }),
  ...reviews('authorization.k8s.io', [
    'selfsubjectaccessreviews',
    'selfsubjectrulesreviews',
    'subjectaccessreviews',
  ]),
  ...reviews('authentication.k8s.io', ['selfsubjectreviews', 'tokenreviews']),
]

type Subresources = Readonly<Record<string, readonly string[]>>

function namespaced(group: string, version: string, resources: Subresources): readonly BuiltinResource[] {
  return Object.entries(resources).map(([resource, subresources]) => ({
    group,
    version,
    resource,
    namespaced: true,
    subresources,
    readable: true,
  }))
}

function clusterScoped(group: string, version: string, resources: Subresources): readonly BuiltinResource[] {
  return namespaced(group, version, resources).map((resource) => ({ ...resource, namespaced: false }))
}

function reviews(group: string, resources: readonly string[]): readonly BuiltinResource[] {
  return resources.map((resource) => ({
    group,
    version: 'v1',
    resource,
    namespaced: false,
    subresources: [],
    readable: false,
  }))
}
