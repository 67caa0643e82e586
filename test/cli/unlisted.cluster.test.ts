import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runReport } from '../support/command.ts'
import { useLab } from '../support/lab.ts'
import { readTraces } from '../support/node.ts'

const lab = await useLab()
let file: string
let two: readonly string[]

function third() {
  const host = lab.hosts[2]
  if (host === undefined) throw new Error('three nodes are needed')
  return host
}

beforeAll(async () => {
  const inventory = await readFile(lab.inventoryFile, 'utf8')
  const without = inventory.replace(new RegExp(`^ *${third().name}:\\n.*\\n?`, 'm'), '')
  expect(without).not.toBe(inventory)
  // In the folder of the lab's own inventory, because the path of the key is relative to it.
  file = path.join(path.dirname(lab.inventoryFile), 'two-of-three.yaml')
  await writeFile(file, without)
  two = ['-i', file]
})

afterAll(() => rm(file))

async function readUntouched(): Promise<readonly string[]> {
  return Promise.all(lab.hosts.map(readTraces))
}

const unlisted = () =>
  expect.objectContaining({ name: third().name, knownBy: ['node', 'etcd'] }) as Record<string, unknown>

test('apply --strict refuses before it writes anything', async () => {
  const before = await readUntouched()
  const { exitCode, report } = await runReport(['apply', ...two, '--strict'])
  expect(exitCode).toBe(1)
  expect(report.error).toBeNull()
  expect(report.unlistedControlPlanes).toEqual([unlisted()])
  expect(report.hosts.map(({ status }) => status)).toEqual(['failed', 'failed'])
  for (const { error } of report.hosts) {
    expect(error?.what).toContain('control planes that the inventory lacks')
    expect(error?.why).toContain(`${third().name} (`)
  }
  expect(await readUntouched()).toEqual(before)
})

test('apply warns, and goes on with the hosts of the inventory', async () => {
  const { exitCode, report, stderr } = await runReport(['apply', ...two])
  expect(report.hosts.map(({ status }) => status)).toEqual(['changed', 'changed'])
  expect(report.unlistedControlPlanes).toEqual([unlisted()])
  const warning = stderr.indexOf('warning: control planes that the inventory lacks')
  expect(warning).toBeGreaterThan(-1)
  expect(warning).toBeLessThan(stderr.indexOf('ask the cluster'))
  expect(exitCode).toBe(0)
})

test('verify names the missing control plane, and exits with 2 although each host is proven', async () => {
  const { exitCode, report } = await runReport(['verify', ...two])
  expect(report.hosts.map(({ status, proof }) => ({ status, proven: proof !== null }))).toEqual([
    { status: 'ok', proven: true },
    { status: 'ok', proven: true },
  ])
  expect(report.unlistedControlPlanes).toEqual([unlisted()])
  expect(exitCode).toBe(2)
})

test('a host that only the limit leaves out is not reported as missing', async () => {
  const limit = ['-l', `!${third().name}`]
  const { exitCode, report } = await runReport(['verify', '-i', lab.inventoryFile, ...limit])
  expect(report.hosts).toHaveLength(2)
  expect(report.unlistedControlPlanes).toEqual([])
  expect(exitCode).toBe(0)
})
