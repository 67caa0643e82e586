import path from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { runPlanewright } from '../support/command.ts'
import { writeFiles } from '../inventory/written-files.ts'

/** Hosts that nobody can log in to, for want of a key: the report names those that were meant all the same. */
async function writeInventory(): Promise<string> {
  const hosts = Object.fromEntries(
    [1, 2, 3].map((number) => [
      `cp${number}`,
      { ansible_host: `192.0.2.${number}`, ansible_ssh_private_key_file: '/none' },
    ]),
  )
  const folder = await writeFiles({
    'hosts.yaml': stringify({ all: { children: { kube_control_plane: { hosts } } } }),
  })
  return path.join(folder, 'hosts.yaml')
}

test.each([
  ['rollback', ['all', '-l', 'cp1'], ['cp1']],
  ['rollback', ['cp1', 'cp2', '-l', 'cp2:cp3'], ['cp2']],
  ['history', ['all', '-l', 'cp1'], ['cp1']],
  ['history', ['cp1', 'cp3'], ['cp1', 'cp3']],
])('%s %j means %j', async (verb, args, meant) => {
  const inventory = await writeInventory()
  const { stdout } = await runPlanewright([verb, '-i', inventory, '--output', 'json', ...args])
  const { hosts } = JSON.parse(stdout) as { hosts: readonly { host: string }[] }
  expect(hosts.map(({ host }) => host)).toEqual(meant)
})
