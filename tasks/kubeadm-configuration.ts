import { defineClusterTask, storedConfiguration, z } from '../src/index.ts'
import { auditFlagValues, auditPaths, auditSettings } from './audit-settings.ts'
import { storeConfiguration } from './variables.ts'

/**
 * The audit settings in kubeadm's stored ClusterConfiguration. kubeadm makes the manifest from it at every
 * upgrade and at every join.
 */
export const kubeadmConfiguration = defineClusterTask({
  name: 'kubeadm configuration',
  params: z.object({ audit_kubeadm_config: storeConfiguration, ...auditSettings }),
  plan: ({ params }) => [
    storedConfiguration({
      flags: auditFlagValues(params),
      volumes: auditPaths(params).map(({ name, path, type, readOnly }) => ({
        name,
        hostPath: path,
        mountPath: path,
        readOnly,
        pathType: type,
      })),
      ifDifferent: params.audit_kubeadm_config ? 'correct' : 'warn',
    }),
  ],
})
