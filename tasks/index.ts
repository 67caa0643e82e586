import { auditFlags } from './audit-flags.ts'
import { auditLogDirectory } from './audit-log-directory.ts'
import { auditPolicy } from './audit-policy.ts'
import { proveAudit } from './audit-proof.ts'
import { noControlPlane } from './no-control-plane.ts'

export { auditFlags, auditLogDirectory, auditPolicy, noControlPlane, proveAudit }

/** kube-apiserver auditing, whole: what the command applies, in this order. */
export const auditTasks = [auditLogDirectory, auditPolicy, auditFlags, proveAudit] as const

/** What a machine has to have before it joins as a control plane: what the command prepares, in this order. */
export const prepareTasks = [auditLogDirectory, auditPolicy, noControlPlane] as const
