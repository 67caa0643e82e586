import { generateKeyPairSync } from 'node:crypto'
import { chmod, readFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
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

test('a report that is redirected to a file contains nothing that is drawn on the terminal', async () => {
  const inventory = await writeInventory({ ansible_ssh_private_key_file: '/none' })
  const file = path.join(path.dirname(inventory), 'report.json')
  const command = commandLine(['plan', '-i', inventory, '--output', 'json'])
  const { stdout, exitCode } = await startOnTerminal(command, `>${quote(file)}`)
  expect(exitCode).toBe(3)
  expect(stdout).toContain('survey')
  expect(Report.parse(JSON.parse(await readFile(file, 'utf8')))).toMatchObject({ verb: 'plan', exitCode: 3 })
})

/** Starts a host that accepts a connection and sends nothing, so that a survey does not end. Returns its inventory. */
async function startSilentHost(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
  })
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const key = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const folder = await writeFiles({ key, known_hosts: '' })
  await chmod(path.join(folder, 'key'), 0o600)
  return writeInventory({
    ansible_host: '127.0.0.1',
    ansible_port: (server.address() as AddressInfo).port,
    ansible_ssh_private_key_file: path.join(folder, 'key'),
    planewright_known_hosts_file: path.join(folder, 'known_hosts'),
  })
}

/** The byte that a terminal sends for Ctrl-C. */
const ctrlC = '\u0003'

test('one Ctrl-C prints a message at once; a second one shows the cursor again and writes the retry file', async () => {
  const inventory = await startSilentHost()
  const file = path.join(path.dirname(inventory), "what's left")
  const run = startOnTerminal(commandLine(['apply', '-i', inventory, '--retry-file', file]))
  onTestFinished(() => {
    run.kill()
  })
  let screen = ''
  run.stdout.on('data', (chunk: Buffer) => {
    screen += chunk.toString('utf8')
  })
  const shows = (text: string) => vi.waitUntil(() => screen.includes(text), { timeout: 30_000 })
  await shows('cp1  survey')
  run.stdin.write(ctrlC)
  await shows('interrupted: planewright finishes the host that it is changing')
  expect(screen).not.toContain('RECAP')
  run.stdin.write(ctrlC)
  expect((await run).exitCode).toBe(130)
  expect(screen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(screen.lastIndexOf('\u001b[?25l'))
  expect(await readFile(file, 'utf8')).toBe('cp1\n')
  expect(screen).toContain(`planewright apply … -l ${quote(`@${file}`)}`)
})
