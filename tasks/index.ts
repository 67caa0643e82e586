import { auditFlags } from './audit-flags.ts'
import { auditLogDirectory } from './audit-log-directory.ts'
import { auditPolicy } from './audit-policy.ts'
import { proveAudit } from './audit-proof.ts'

export { auditFlags, auditLogDirectory, auditPolicy, proveAudit }

/** kube-apiserver auditing, whole: what the command applies, in this order. */
export const auditTasks = [auditLogDirectory, auditPolicy, auditFlags, proveAudit] as const
