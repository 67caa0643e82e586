/**
 * The flags that kubeadm itself gives to kube-apiserver (k/k
 * cmd/kubeadm/app/phases/controlplane/manifests.go, getAPIServerCommand; the same names in 1.30, 1.36 and
 * 1.37). A flag with a value here has that value unless the stored configuration has another. The others
 * depend on the cluster or on the host, and keep their values.
 */
export const kubeadmArguments: ReadonlyMap<string, string | undefined> = new Map([
  ['advertise-address', undefined],
  ['allow-privileged', 'true'],
  ['authorization-mode', 'Node,RBAC'],
  ['client-ca-file', undefined],
  ['enable-admission-plugins', 'NodeRestriction'],
  ['enable-bootstrap-token-auth', 'true'],
  ['etcd-cafile', undefined],
  ['etcd-certfile', undefined],
  ['etcd-keyfile', undefined],
  ['etcd-servers', undefined],
  ['kubelet-client-certificate', undefined],
  ['kubelet-client-key', undefined],
  ['kubelet-preferred-address-types', 'InternalIP,ExternalIP,Hostname'],
  ['proxy-client-cert-file', undefined],
  ['proxy-client-key-file', undefined],
  ['requestheader-allowed-names', 'front-proxy-client'],
  ['requestheader-client-ca-file', undefined],
  ['requestheader-extra-headers-prefix', 'X-Remote-Extra-'],
  ['requestheader-group-headers', 'X-Remote-Group'],
  ['requestheader-username-headers', 'X-Remote-User'],
  ['secure-port', undefined],
  ['service-account-issuer', undefined],
  ['service-account-key-file', undefined],
  ['service-account-signing-key-file', undefined],
  ['service-cluster-ip-range', undefined],
  ['tls-cert-file', undefined],
  ['tls-private-key-file', undefined],
])

/**
 * The volumes that kubeadm itself gives to kube-apiserver, some of them only if the host or the cluster needs
 * them (k/k cmd/kubeadm/app/phases/controlplane/volumes.go).
 */
export const kubeadmVolumes: ReadonlySet<string> = new Set([
  'ca-certs',
  'etc-ca-certificates',
  'etc-pki-ca-trust',
  'etc-pki-tls-certs',
  'etcd-certs-0',
  'etcd-certs-1',
  'etcd-certs-2',
  'k8s-certs',
  'usr-local-share-ca-certificates',
  'usr-share-ca-certificates',
])

/** The prefix of kubeadm's own annotations in a pod; it writes no others (k/k cmd/kubeadm/app/constants). */
export const kubeadmAnnotations = 'kubeadm.kubernetes.io/'
