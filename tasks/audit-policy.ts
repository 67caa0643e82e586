import path from 'node:path'
import { defineTask, directory, parsePolicy, template, z } from '../src/index.ts'
import { policyFile, policyNamespaces, policyTemplate } from './variables.ts'

/** The warnings of the policy check, in words. */
function check(text: string, place: { readonly file: string }): readonly string[] {
  return parsePolicy(text, place).warnings.map(
    (warning) => `${place.file}: ${warning.path}: ${warning.message}`,
  )
}

/** The policy: which requests are logged, and how much of them. */
export const auditPolicy = defineTask({
  name: 'audit policy',
  params: z.object({
    audit_policy_file: policyFile,
    audit_policy_template: policyTemplate,
    audit_policy_namespaces: policyNamespaces,
  }),
  gather: (host, params) => ({
    policy: host.file(params.audit_policy_file),
    folder: host.file(path.posix.dirname(params.audit_policy_file)),
  }),
  plan: ({ params, facts: { folder } }) => [
    // A folder that exists belongs to other programs as well, so its mode stays. A missing one must come
    // before the file.
    ...(folder.type === 'directory' ? [] : [directory({ path: folder.path, mode: 0o755 })]),
    template({
      path: params.audit_policy_file,
      template: params.audit_policy_template,
      mode: 0o600,
      check,
    }),
  ],
})
