import { PlanewrightError } from '../error.ts'
import { placeOfSource, type Variables } from './variable.ts'

interface Refusal {
  readonly names: readonly string[]
  /** Values that ask for what planewright does anyway. */
  readonly accepted: readonly string[]
  readonly why: string
  readonly remedy: string
}

const options =
  'planewright does not call ssh. It makes the connection itself, so options of the ssh command have no effect.'
const noSecrets =
  'planewright uses no passwords. Everybody who can read the inventory can read a secret in it.'
const useKeys =
  'Log in with a key: set ansible_ssh_private_key_file, or add a key to the SSH agent (ssh-add FILE).'

/**
 * Ansible's connection variables that planewright does not support, and that would change how a host is
 * reached. They are refused and not ignored: to ignore them would make another connection than the operator
 * meant. Names from ansible-core 2.19: plugins/connection/ssh.py, plugins/become/sudo.py, config/base.yml.
 */
const refusals: readonly Refusal[] = [
  {
    names: ['ansible_ssh_common_args', 'ansible_ssh_extra_args', 'ansible_ssh_args'],
    accepted: [],
    why: options,
    remedy:
      'Use ansible_host, ansible_port, ansible_user, ansible_ssh_private_key_file and planewright_known_hosts_file instead; ' +
      'to reach hosts behind a bastion, run planewright on the bastion.',
  },
  {
    names: ['ansible_connection'],
    accepted: ['ssh', 'smart', 'ansible.builtin.ssh'],
    why: 'planewright connects to hosts over SSH only.',
    remedy: 'Remove it, or set it to ssh. To change this machine itself, run an SSH server on it.',
  },
  {
    names: ['ansible_become_method'],
    accepted: ['sudo', 'ansible.builtin.sudo'],
    why: 'planewright uses only sudo to become root.',
    remedy: 'Remove it, set it to sudo, or log in as root with ansible_become: false.',
  },
  {
    names: ['ansible_become_user', 'ansible_sudo_user'],
    accepted: ['root'],
    why: 'The files of a control plane belong to root, and no other user may change them.',
    remedy: 'Remove it, or set it to root.',
  },
  {
    names: ['ansible_become_password', 'ansible_become_pass', 'ansible_sudo_pass'],
    accepted: [],
    why: noSecrets,
    remedy: 'Allow sudo without a password (NOPASSWD in sudoers), or log in as root with a key.',
  },
  {
    names: ['ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password'],
    accepted: [],
    why: noSecrets,
    remedy: useKeys,
  },
  {
    names: [
      'ansible_private_key',
      'ansible_ssh_private_key',
      'ansible_private_key_passphrase',
      'ansible_ssh_private_key_passphrase',
    ],
    accepted: [],
    why: noSecrets,
    remedy: `${useKeys} A key with a passphrase has to be in the agent.`,
  },
]

/**
 * Refuses variables that planewright does not support. Empty values count as not set. Values are never shown,
 * as they may be secret.
 *
 * @throws PlanewrightError `variable` with host, file, line and column, the reason, and what to do instead
 */
export function refuseVariables(host: string, variables: Variables): void {
  for (const { names, accepted, why, remedy } of refusals) {
    for (const name of names) {
      const variable = variables.get(name)
      if (variable === undefined || variable.value === null || variable.value === '') continue
      if (accepted.some((value) => value === variable.value)) continue
      const meant = accepted[0] === undefined ? '' : ` other than ${accepted[0]}`
      throw new PlanewrightError('variable', `${name}${meant} is refused`, {
        where: { host, ...placeOfSource(variable.source) },
        why,
        remedy,
      })
    }
  }
}
