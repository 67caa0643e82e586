import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useNodeLab } from '../support/lab.ts'
import { onNode } from '../support/node.ts'
import { installPackage, type Installed } from './installed.ts'

const lab = await useNodeLab()
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
let installed: Installed

beforeAll(async () => {
  installed = await installPackage()
  // The lab does not restore this file, which is part of Debian, so the test does.
  for (const host of lab.hosts) await onNode(host, 'cp -a /etc/issue.net /var/tmp/issue.net')
})

afterAll(async () => {
  for (const host of lab.hosts) await onNode(host, 'mv /var/tmp/issue.net /etc/issue.net')
  await installed[Symbol.asyncDispose]()
})

/** Runs the script of the README, with the installed package, as a user would. */
async function runScript(): Promise<readonly string[]> {
  const { stdout } = await execa(process.execPath, ['own-task.ts', lab.inventoryFile], {
    cwd: installed.folder,
  })
  return stdout.split('\n')
}

/** Runs the script of docs/library.md that rolls back the first host to before a transaction. */
async function takeBack(...to: readonly string[]): Promise<readonly string[]> {
  const [host] = lab.hosts
  const { stdout } = await execa(
    process.execPath,
    ['take-back.ts', lab.inventoryFile, host?.name ?? '', ...to],
    { cwd: installed.folder },
  )
  return stdout.split('\n')
}

test('a user’s task is performed together with planewright’s own, and the host is proven', async () => {
  const lines = await runScript()
  expect(lines).toEqual(
    lab.hosts.map(
      ({ name }) => expect.stringMatching(new RegExp(`^${name} changed 5 changes ${uuid}$`)) as string,
    ),
  )
  for (const [index, host] of lab.hosts.entries()) {
    expect(await onNode(host, 'cat /etc/issue.net')).toBe('Authorized use only. Requests are audited.\n')
    expect(await onNode(host, 'stat -c %a /etc/issue.net')).toBe('644\n')
    const auditId = lines[index]?.split(' ').at(-1) ?? ''
    expect(await onNode(host, `grep -c '"${auditId}"' /var/log/kubernetes/audit/audit.log`)).not.toBe('0\n')
  }
})

test('the same script again finds nothing to do, and proves each host', async () => {
  expect(await runScript()).toEqual(
    lab.hosts.map(
      ({ name }) => expect.stringMatching(new RegExp(`^${name} ok 0 changes ${uuid}$`)) as string,
    ),
  )
})

test('the rollback script rolls a host back, and a second run makes the changes again', async () => {
  const [host] = lab.hosts
  if (host === undefined) throw new Error('the lab has no nodes')
  const states = () => onNode(host, `cat /etc/issue.net; pgrep -ax kube-apiserver | grep -c audit || :`)
  const before = await states()
  const [first = '', ended] = await takeBack()
  expect(first).toMatch(new RegExp(`^${host.name} \\S+ confirmed$`))
  expect(ended).toBe(`${host.name} changed 4 changes `)
  expect(await onNode(host, 'cat /etc/issue.net')).toBe(await onNode(host, 'cat /var/tmp/issue.net'))
  expect(await states()).not.toBe(before)
  const lines = await takeBack()
  expect(lines.at(-1)).toBe(`${host.name} changed 4 changes `)
  expect(await states()).toBe(before)
})
