/** A stored configuration, and the result of an edit with the settings in wanted.ts. */
export interface StoredConfiguration {
  readonly name: string
  readonly before: string
  /** The text after the edit. Without it, nothing changes. */
  readonly after?: string
  /** The lines that the edit removes. Without it, the edit removes none. */
  readonly gone?: readonly string[]
  readonly differences?: readonly string[]
  /** kubeadm's message if it reads the version but refuses the edited text. */
  readonly refusal?: string
}

/** The wanted arguments as kubeadm stores them in v1beta4. */
export const argumentList = `  - name: audit-policy-file
    value: /etc/kubernetes/audit-policy.yaml
  - name: audit-log-path
    value: /var/log/kubernetes/audit/audit.log
  - name: audit-log-format
    value: json
  - name: audit-log-maxage
    value: "30"
  - name: audit-log-maxbackup
    value: "10"
  - name: audit-log-maxsize
    value: "100"
`

/** The wanted arguments up to v1beta3. */
export const argumentMap = `    audit-policy-file: /etc/kubernetes/audit-policy.yaml
    audit-log-path: /var/log/kubernetes/audit/audit.log
    audit-log-format: json
    audit-log-maxage: "30"
    audit-log-maxbackup: "10"
    audit-log-maxsize: "100"
`

export const policyVolume = `  - hostPath: /etc/kubernetes/audit-policy.yaml
    mountPath: /etc/kubernetes/audit-policy.yaml
    name: audit-policy
    pathType: File
    readOnly: true
`

export const logVolume = `  - hostPath: /var/log/kubernetes/audit
    mountPath: /var/log/kubernetes/audit
    name: audit-logs
    pathType: DirectoryOrCreate
`

/** The wanted volumes as kubeadm stores them. */
export const volumes = policyVolume + logVolume

/** The text that `kubeadm init` v1.37.2 stores after the apiserver's section. */
export const restOfV1beta4 = `apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controlPlaneEndpoint: api.example.org:6443
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: v1.36.3
networking:
  dnsDomain: cluster.local
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
proxy: {}
scheduler: {}
`

/** The same of v1.29. */
export const restOfV1beta3 = `apiVersion: kubeadm.k8s.io/v1beta3
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: v1.29.4
networking:
  dnsDomain: cluster.local
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
scheduler: {}
`

/** The same of v1.21. */
export const restOfV1beta2 = `apiVersion: kubeadm.k8s.io/v1beta2
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns:
  type: CoreDNS
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: k8s.gcr.io
kind: ClusterConfiguration
kubernetesVersion: v1.21.14
networking:
  dnsDomain: cluster.local
  serviceSubnet: 10.96.0.0/12
scheduler: {}
`
