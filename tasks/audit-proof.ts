import { auditProof, defineTask, z } from '../src/index.ts'
import { logPath, manifestPath, policyFile } from './variables.ts'

/** The proof that everything works: an event that planewright caused, found in this host's own log. */
export const proveAudit = defineTask({
  name: 'audit proof',
  params: z.object({
    kube_apiserver_manifest: manifestPath,
    audit_policy_file: policyFile,
    audit_log_path: logPath,
  }),
  gather: (host, params) => ({
    manifest: host.file(params.kube_apiserver_manifest),
    policy: host.file(params.audit_policy_file),
  }),
  plan: ({ params }) => [
    auditProof({
      manifest: params.kube_apiserver_manifest,
      policyFile: params.audit_policy_file,
      logFile: params.audit_log_path,
    }),
  ],
})
