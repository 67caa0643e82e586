import { checkMode, checkPath } from './check-definition.ts'

/** A directory exists, with its parents, as after `mkdir -p` and `chmod`. Owner and group default to root. */
export interface DesiredDirectory {
  readonly desired: 'directory'
  readonly path: string
  readonly mode: number
  readonly owner: number
  readonly group: number
}

/** A file has this content, and these permissions if they are given. */
export interface DesiredFile {
  readonly desired: 'file'
  readonly path: string
  readonly content: string
  readonly mode: number
  readonly owner: number
  readonly group: number
  readonly sensitive: boolean
}

/** A file has the content that a template renders. */
export interface DesiredTemplate {
  readonly desired: 'template'
  readonly path: string
  /** A value of a parameter of type {@link TemplateReference}. */
  readonly template: string
  readonly mode: number
  readonly owner: number
  readonly group: number
  /** Throws if a text must not reach a host; returns warnings. */
  readonly check: (text: string, place: { readonly file: string }) => readonly string[]
}

export interface PodMount {
  readonly name: string
  /** A path inside the container. */
  readonly mountPath: string
  readonly readOnly: boolean
}

export interface PodVolume {
  readonly name: string
  /** `path` is on the host; `type` is one of the API's hostPath types. */
  readonly hostPath: { readonly path: string; readonly type: string }
}

/** A static pod's container has these flags, mounts and volumes, and runs with them. */
export interface DesiredStaticPod {
  readonly desired: 'static-pod'
  /** The path of the manifest. */
  readonly path: string
  /** The name of the container, and of the program in it. */
  readonly component: string
  /** Without leading dashes. */
  readonly flags: Readonly<Record<string, string>>
  readonly mounts: readonly PodMount[]
  readonly volumes: readonly PodVolume[]
  /**
   * By annotation name: the path, on the host, of a file that the program reads only at its start. The
   * annotation has the file's sha256, so that a change of that file alone restarts the pod.
   */
  readonly checksums: Readonly<Record<string, string>>
}

/** An event that planewright causes is found in the host's own audit log. */
export interface DesiredAuditProof {
  readonly desired: 'audit-proof'
  /** kube-apiserver's manifest, on the host. It says where the apiserver listens. */
  readonly manifest: string
  /** The policy, on the host. */
  readonly policyFile: string
  /** The log, on the host. */
  readonly logFile: string
}

/** Whatever is at these paths stays as it is: a host on which an earlier task would change it is refused. */
export interface DesiredUntouched {
  readonly desired: 'untouched'
  /** Paths on the host. */
  readonly paths: readonly string[]
  /** The words of the error: what is refused, why, and what the operator can do. */
  readonly what: string
  readonly why: string
  readonly remedy: string
}

/**
 * What a task says should be true. The engine compares it with the facts and turns the differences into
 * changes.
 */
export type Desired =
  DesiredDirectory | DesiredFile | DesiredTemplate | DesiredStaticPod | DesiredAuditProof | DesiredUntouched

/** The owner of a file or directory. */
export interface OwnerOptions {
  /** Numeric user id; the default is root. */
  readonly owner?: number
  /** Numeric group id; the default is root. */
  readonly group?: number
}

/**
 * A directory that should exist. `mode` is a number such as `0o755`.
 *
 * @throws PlanewrightError `internal` for a path that is not absolute, and for an odd mode such as `755`.
 */
export function directory(
  options: { readonly path: string; readonly mode: number } & OwnerOptions,
): DesiredDirectory {
  checkPath(options.path)
  checkMode(options.mode, 'directory', options.path)
  return { desired: 'directory', owner: 0, group: 0, ...options }
}

/**
 * A file that should have this content. If it is `sensitive`, it is never shown: no diff, no content in JSON.
 * Its task has to gather `host.file(path)`.
 *
 * @throws PlanewrightError `internal` for a path that is not absolute, and for an odd mode such as `644`.
 */
export function file(
  options: {
    readonly path: string
    readonly content: string
    readonly mode: number
    readonly sensitive?: boolean
  } & OwnerOptions,
): DesiredFile {
  checkPath(options.path)
  checkMode(options.mode, 'file', options.path)
  return { desired: 'file', owner: 0, group: 0, sensitive: false, ...options }
}

/**
 * A file that should have the content of a template (Handlebars) or of the operator's plain file. Templates
 * see all variables of the host. Its task has to gather `host.file(path)`.
 */
export function template(
  options: {
    readonly path: string
    readonly template: string
    readonly mode: number
    readonly check?: DesiredTemplate['check']
  } & OwnerOptions,
): DesiredTemplate {
  checkPath(options.path)
  checkMode(options.mode, 'file', options.path)
  return { desired: 'template', owner: 0, group: 0, check: () => [], ...options }
}

/**
 * Flags, mounts and volumes that a static pod should have, and that its process should run with. Its task has
 * to gather {@link gatherStaticPod} for the same manifest.
 */
export function staticPod(options: Omit<DesiredStaticPod, 'desired'>): DesiredStaticPod {
  checkPath(options.path)
  return { desired: 'static-pod', ...options }
}

/** The proof that auditing works. Its task has to gather the manifest and the policy file. */
export function auditProof(options: Omit<DesiredAuditProof, 'desired'>): DesiredAuditProof {
  for (const path of [options.manifest, options.policyFile, options.logFile]) checkPath(path)
  return { desired: 'audit-proof', ...options }
}

/**
 * Files and directories that have to stay as they are on this host. If an earlier task plans a change there,
 * the host is refused with these words, and nothing is written. It needs no facts.
 */
export function untouched(options: Omit<DesiredUntouched, 'desired'>): DesiredUntouched {
  for (const path of options.paths) checkPath(path)
  return { desired: 'untouched', ...options }
}
