/** The desired state of the apiserver in a ClusterConfiguration; everything that is not named here stays. */
export interface StoredSettings {
  /** Flags of the program, without leading dashes, in the order in which missing ones are added. */
  readonly flags: Readonly<Record<string, string>>
  readonly volumes: readonly StoredVolume[]
}

/**
 * A path on the host in the apiserver's container: kubeadm makes the pod's volume and the container's mount
 * from this one entry (kubeadm.k8s.io HostPathMount; k/k `cmd/kubeadm/app/phases/controlplane/volumes.go`).
 */
export interface StoredVolume {
  readonly name: string
  readonly hostPath: string
  readonly mountPath: string
  readonly readOnly: boolean
  /**
   * A HostPathType of core/v1: `File`, `DirectoryOrCreate`, …; empty if the kubelet does not check the path.
   */
  readonly pathType: string
}
