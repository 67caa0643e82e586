import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { quote } from '../../src/connection/shell.ts'
import { Report } from '../../src/report/schema.ts'
import { writeFiles } from '../inventory/written-files.ts'
import { commandLine } from '../support/command.ts'
import { startOnTerminal } from '../support/terminal.ts'

async function writeInventory(host: Readonly<Record<string, unknown>>): Promise<string> {
  const all = { all: { children: { kube_control_plane: { hosts: { cp1: host } } } } }
  const folder = await writeFiles({ 'hosts.yaml': stringify(all) })
  return path.join(folder, 'hosts.yaml')
}

test('a report that goes to a file has nothing of what is drawn on the terminal', async () => {
  const inventory = await writeInventory({ ansible_ssh_private_key_file: '/none' })
  const file = path.join(path.dirname(inventory), 'report.json')
  const command = commandLine(['plan', '-i', inventory, '--output', 'json'])
  const { stdout, exitCode } = await startOnTerminal(command, `>${quote(file)}`)
  expect(exitCode).toBe(3)
  expect(stdout).toContain('survey')
  expect(Report.parse(JSON.parse(await readFile(file, 'utf8')))).toMatchObject({ verb: 'plan', exitCode: 3 })
})
