import { auditFlags } from './audit-flags.ts'
import { auditLogDirectory } from './audit-log-directory.ts'
import { auditPolicy } from './audit-policy.ts'
import { proveAudit } from './audit-proof.ts'
import { kubeadmConfiguration } from './kubeadm-configuration.ts'
import { noControlPlane } from './no-control-plane.ts'

export { auditFlags, auditLogDirectory, auditPolicy, kubeadmConfiguration, noControlPlane, proveAudit }

/** kube-apiserver auditing, whole: what the command applies, in this order. */
export const auditTasks = [auditLogDirectory, auditPolicy, auditFlags, proveAudit] as const

/** What the command applies to a cluster, once all of its control planes are proven. */
export const auditClusterTasks = [kubeadmConfiguration] as const

/** Auditing as the command applies it, for the options of a run: `apply({ inventory, ...auditing })`. */
export const auditing = { tasks: auditTasks, clusterTasks: auditClusterTasks } as const

/** What a machine has to have before it joins as a control plane: what the command prepares, in this order. */
export const prepareTasks = [auditLogDirectory, auditPolicy, noControlPlane] as const

/**
 * The same for the options of a run: `prepare({ inventory, ...preparing })`. The tasks for clusters are there for their
 * variables: an inventory is right or wrong, whichever verb reads it.
 */
export const preparing = { tasks: prepareTasks, clusterTasks: auditClusterTasks } as const
