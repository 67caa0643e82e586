import { auditFlags } from './audit-flags.ts'
import { auditLogDirectory } from './audit-log-directory.ts'
import { auditPolicy } from './audit-policy.ts'
import { proveAudit } from './audit-proof.ts'
import { kubeadmConfiguration } from './kubeadm-configuration.ts'
import { noControlPlane } from './no-control-plane.ts'

export { auditFlags, auditLogDirectory, auditPolicy, kubeadmConfiguration, noControlPlane, proveAudit }

/** All audit logging tasks: `apply` performs them in this order. */
export const auditTasks = [auditLogDirectory, auditPolicy, auditFlags, proveAudit] as const

/** The tasks that `apply` performs on a cluster, once all of its control planes are proven. */
export const auditClusterTasks = [kubeadmConfiguration] as const

/**
 * All of these for the options of a run, as the command applies them: `apply({ inventory, ...auditing })`.
 */
export const auditing = { tasks: auditTasks, clusterTasks: auditClusterTasks } as const

/** What a machine needs before it joins as a control plane: `prepare` performs these tasks in this order. */
export const prepareTasks = [auditLogDirectory, auditPolicy, noControlPlane] as const

/**
 * The same for the options of a run: `prepare({ inventory, ...preparing })`. The cluster tasks are here for
 * their variables: an inventory is right or wrong, whichever verb reads it.
 */
export const preparing = { tasks: prepareTasks, clusterTasks: auditClusterTasks } as const
