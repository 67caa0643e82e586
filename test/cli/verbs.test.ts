import path from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { runPlanewright } from '../support/command.ts'
import { writeFiles } from '../inventory/written-files.ts'

/** Writes an inventory of hosts without a key, so that no login succeeds. The report still names the selected hosts. */
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
  const { stdout } = await runPlanewright([verb, '-i', inventory, '--output', 'json', ...args], {
    cwd: path.dirname(inventory),
  })
  const { hosts } = JSON.parse(stdout) as { hosts: readonly { host: string }[] }
  expect(hosts.map(({ host }) => host)).toEqual(meant)
})

test.each([
  ['apply', []],
  ['prepare', []],
  ['rollback', ['all']],
])('%s: what is left and cannot be written changes nothing else', async (verb, hosts) => {
  const inventory = await writeInventory()
  const file = path.join(inventory, 'below')
  const args = [verb, '-i', inventory, '--output', 'json', '--retry-file', file, ...hosts]
  const { exitCode, stdout, stderr } = await runPlanewright(args)
  expect(exitCode).toBe(3)
  expect(JSON.parse(stdout)).toMatchObject({ exitCode: 3, error: null })
  expect(stderr).toContain(`warning: the hosts that are left cannot be written to ${file}`)
  expect(stderr).toContain('The hosts are cp1 cp2 cp3. Choose another file: --retry-file PATH.')
})
