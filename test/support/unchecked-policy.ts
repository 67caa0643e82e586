import { defineTask, file, z } from '../../src/index.ts'

/**
 * Writes a policy that kube-apiserver refuses. planewright's own policy task checks the policy before it writes. A test
 * that uses this task must do so without a proof, because the choice of the proof's request reads the policy, too. Then
 * only the apiserver can refuse it.
 */
export const uncheckedPolicy = defineTask({
  name: 'unchecked policy',
  params: z.object({}),
  gather: (host) => ({ policy: host.file('/etc/kubernetes/audit-policy.yaml') }),
  plan: () => [
    file({
      path: '/etc/kubernetes/audit-policy.yaml',
      content: 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Everything\n',
      mode: 0o600,
    }),
  ],
})
