import path from 'node:path'
import { defineTask, gatherStaticPod, staticPod, z } from '../src/index.ts'
import {
  logFormat,
  logMaxAge,
  logMaxBackup,
  logMaxSize,
  logPath,
  manifestPath,
  policyFile,
} from './variables.ts'

const component = 'kube-apiserver'

const besideManifests =
  "must not be in the folder of manifests: the kubelet takes whatever is there for a pod's"

function areBeside(one: string, other: string): boolean {
  return path.posix.dirname(one) === path.posix.dirname(other)
}

/** The variables that a manifest's audit flags are made of, checked with each other. */
export const auditVariables = z
  .object({
    kube_apiserver_manifest: manifestPath,
    audit_policy_file: policyFile,
    audit_log_path: logPath,
    audit_log_format: logFormat,
    audit_log_maxage: logMaxAge,
    audit_log_maxbackup: logMaxBackup,
    audit_log_maxsize: logMaxSize,
  })
  .refine(({ kube_apiserver_manifest: pod, audit_policy_file: file }) => !areBeside(pod, file), {
    path: ['audit_policy_file'],
    error: besideManifests,
  })
  .refine(({ kube_apiserver_manifest: pod, audit_log_path: file }) => !areBeside(pod, file), {
    path: ['audit_log_path'],
    error: besideManifests,
  })

/** kube-apiserver's flags, mounts and volumes for auditing, in its static-pod manifest and in its process. */
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
    const logDirectory = path.posix.dirname(params.audit_log_path)
    return [
      staticPod({
        path: params.kube_apiserver_manifest,
        component,
        flags: {
          'audit-policy-file': params.audit_policy_file,
          'audit-log-path': params.audit_log_path,
          'audit-log-format': params.audit_log_format,
          'audit-log-maxage': String(params.audit_log_maxage),
          'audit-log-maxbackup': String(params.audit_log_maxbackup),
          'audit-log-maxsize': String(params.audit_log_maxsize),
        },
        mounts: [
          { name: 'audit-policy', mountPath: params.audit_policy_file, readOnly: true },
          { name: 'audit-logs', mountPath: logDirectory, readOnly: false },
        ],
        volumes: [
          { name: 'audit-policy', hostPath: { path: params.audit_policy_file, type: 'File' } },
          { name: 'audit-logs', hostPath: { path: logDirectory, type: 'DirectoryOrCreate' } },
        ],
        checksums: { 'planewright.dev/audit-policy-sha256': params.audit_policy_file },
      }),
    ]
  },
})
