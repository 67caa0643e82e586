import { stringify } from 'yaml'
import type { Lab, LabHost } from './lab.ts'

/** The names of a lab's files in `.lab/<name>`. */
export const FILES = {
  inventory: 'hosts.yaml',
  privateKey: 'id_ed25519',
  knownHosts: 'known_hosts',
  adminConfig: 'admin.conf',
  state: 'state.json',
} as const

/**
 * An ordinary Ansible inventory, with paths relative to the file. A machine that has not joined is listed like a control
 * plane, as an operator would do it. So it already has the group's variables.
 */
export function renderInventory(lab: Pick<Lab, 'name' | 'kubernetes' | 'hosts' | 'machines'>): string {
  const hosts = Object.fromEntries(
    [...lab.hosts, ...lab.machines].map(({ name, address, port }) => [
      name,
      { ansible_host: address, ...(port === 22 ? {} : { ansible_port: port }) },
    ]),
  )
  const inventory = {
    all: {
      vars: {
        ansible_user: 'root',
        ansible_ssh_private_key_file: FILES.privateKey,
        planewright_known_hosts_file: FILES.knownHosts,
      },
      children: { kube_control_plane: { hosts } },
    },
  }
  return `# The control planes of lab ${lab.name}, Kubernetes ${lab.kubernetes}. Written by \`npm run lab -- up\`.\n${stringify(inventory)}`
}

/**
 * The lab's known_hosts (sshd(8)). A host with a port other than 22 has the form `[address]:port`.
 *
 * @param keys the lines of each host's /etc/ssh/ssh_host_*_key.pub, by host name
 */
export function renderKnownHosts(
  hosts: readonly Pick<LabHost, 'name' | 'address' | 'port'>[],
  keys: Readonly<Record<string, string>>,
): string {
  return hosts
    .flatMap(({ name, address, port }) => {
      const place = port === 22 ? address : `[${address}]:${port}`
      return (keys[name] ?? '')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => `${place} ${line.trim().split(/\s+/).slice(0, 2).join(' ')}\n`)
    })
    .join('')
}
