import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { renderInventory, renderKnownHosts } from './hosts-file.ts'
import type { LabHost } from './lab.ts'

const first: LabHost = {
  name: 'x-cp1',
  address: '172.18.0.2',
  port: 22,
  nodeAddress: '172.18.0.2',
  container: 'a',
}
const published: LabHost = { ...first, name: 'x-cp2', address: '127.0.0.1', port: 32768 }

test('the inventory is in Ansible’s format, with paths relative to the file', () => {
  const text = renderInventory({ name: 'x', kubernetes: 'v1.37.2', hosts: [first], machines: [published] })
  expect(parse(text)).toEqual({
    all: {
      vars: {
        ansible_user: 'root',
        ansible_ssh_private_key_file: 'id_ed25519',
        planewright_known_hosts_file: 'known_hosts',
      },
      children: {
        kube_control_plane: {
          hosts: {
            'x-cp1': { ansible_host: '172.18.0.2' },
            'x-cp2': { ansible_host: '127.0.0.1', ansible_port: 32768 },
          },
        },
      },
    },
  })
})

test('known_hosts has all keys of all hosts, without comments, and brackets for ports other than 22', () => {
  const keys = {
    'x-cp1': 'ssh-ed25519 AAAA root@x-cp1\nssh-rsa BBBB root@x-cp1\n',
    'x-cp2': 'ssh-ed25519 CCCC',
  }
  expect(renderKnownHosts([first, published], keys)).toBe(
    '172.18.0.2 ssh-ed25519 AAAA\n172.18.0.2 ssh-rsa BBBB\n[127.0.0.1]:32768 ssh-ed25519 CCCC\n',
  )
})

test('a host without keys has no line', () => {
  expect(renderKnownHosts([first], {})).toBe('')
})
