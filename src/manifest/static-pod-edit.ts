/** The desired state of a static pod; everything that is not named here stays as it is. */
export interface StaticPodEdit {
  /** The container's name, which is also the program's: `kube-apiserver`. */
  readonly container: string
  /** Flags of the program, without leading dashes, in the order in which missing ones are added. */
  readonly flags: Readonly<Record<string, string>>
  readonly mounts: readonly WantedMount[]
  readonly volumes: readonly WantedVolume[]
  /** Annotations of the pod. */
  readonly annotations: Readonly<Record<string, string>>
}

export interface WantedMount {
  readonly name: string
  readonly mountPath: string
  readonly readOnly: boolean
}

export interface WantedVolume {
  readonly name: string
  readonly hostPath: { readonly path: string; readonly type: string }
}
