import { stringify } from 'yaml'
import type { Lab, LabHost } from './lab.ts'

/** The lab's files by their names in `.lab/<name>`. */
export const FILES = {
  inventory: 'hosts.yaml',
  privateKey: 'id_ed25519',
  knownHosts: 'known_hosts',
  adminConfig: 'admin.conf',
  state: 'state.json',
} as const

/**
 * An ordinary Ansible inventory; the paths in it are relative to it. A machine stands in it like a control plane, before
 * it joins: so an operator would write it, and what is set for the group is already true of it.
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
 * known_hosts(5) of the lab's hosts. A port other than 22 stands in brackets.
 *
 * @param keys each host's public key lines as its /etc/ssh/ssh_host_*_key.pub have them, by host name
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
