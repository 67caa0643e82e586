import path from 'node:path'
import { defineTask, gatherStaticPod, staticPod, z } from '../src/index.ts'
import { auditFlagValues, auditPaths, auditSettings } from './audit-settings.ts'
import { manifestPath } from './variables.ts'

const component = 'kube-apiserver'

const besideManifests =
  'must not be in the folder of manifests: the kubelet would read it as the manifest of a pod'

function areBeside(one: string, other: string): boolean {
  return path.posix.dirname(one) === path.posix.dirname(other)
}

/** The variables that set a manifest's audit flags, checked together. */
export const auditVariables = z
  .object({
    kube_apiserver_manifest: manifestPath,
    ...auditSettings,
  })
  .refine(({ kube_apiserver_manifest: pod, audit_policy_file: file }) => !areBeside(pod, file), {
    path: ['audit_policy_file'],
    error: besideManifests,
  })
  .refine(({ kube_apiserver_manifest: pod, audit_log_path: file }) => !areBeside(pod, file), {
    path: ['audit_log_path'],
    error: besideManifests,
  })

/** kube-apiserver's audit flags, mounts and volumes, in its manifest and in its process. */
export const auditFlags = defineTask({
  name: 'kube-apiserver audit flags',
  params: auditVariables,
  gather: (host, params) => {
    const logDirectory = path.posix.dirname(params.audit_log_path)
    return {
      pod: gatherStaticPod(host, {
        manifest: params.kube_apiserver_manifest,
        component,
        sees: [logDirectory, params.audit_policy_file],
      }),
      policy: host.file(params.audit_policy_file),
      logDirectory: host.file(logDirectory),
    }
  },
  plan: ({ params }) => {
    const paths = auditPaths(params)
    return [
      staticPod({
        path: params.kube_apiserver_manifest,
        component,
        flags: auditFlagValues(params),
        mounts: paths.map(({ name, path: mountPath, readOnly }) => ({ name, mountPath, readOnly })),
        volumes: paths.map(({ name, path: hostPath, type }) => ({
          name,
          hostPath: { path: hostPath, type },
        })),
        checksums: { 'planewright.dev/audit-policy-sha256': params.audit_policy_file },
      }),
    ]
  },
})
