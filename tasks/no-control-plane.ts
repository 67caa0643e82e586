import path from 'node:path'
import { defineTask, untouched } from '../src/index.ts'
import { auditVariables } from './audit-flags.ts'

/**
 * Refuses changes on a host that is already a control plane. `prepare` works for a kube-apiserver that does
 * not exist yet; a running one has read its policy already, and a change takes a restart and a proof.
 *
 * It declares every audit variable: an inventory is right or wrong, and a policy renders the same, whichever
 * verb reads it.
 */
export const noControlPlane = defineTask({
  name: 'no control plane yet',
  params: auditVariables,
  gather: (host, params) => ({
    manifest: host.file(params.kube_apiserver_manifest),
    apiservers: host.processes('kube-apiserver', []),
  }),
  plan: ({ params, facts: { manifest, apiservers } }) => {
    const signs = [
      ...(manifest.type === 'absent' ? [] : [`${manifest.path} exists`]),
      ...apiservers.processes.map(({ pid }) => `kube-apiserver runs on the host (process ${pid})`),
    ]
    if (signs.length === 0) return []
    const { audit_policy_file: policy, audit_log_path: log } = params
    return [
      untouched({
        paths: [policy, path.posix.dirname(policy), path.posix.dirname(log)],
        what: 'the host is already a control plane, so prepare does not change it',
        why: signs.join('\n'),
        remedy:
          'Nothing was written. See what differs with planewright plan --diff, and change it with planewright apply.',
      }),
    ]
  },
})
