import { defineTask, file, z } from '../../src/index.ts'

/**
 * Our own policy task checks what it renders; this one writes what kube-apiserver refuses. Whoever uses it leaves the
 * proof out, as choosing its request reads the policy, too: only the apiserver is left to refuse it.
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
