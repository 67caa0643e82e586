import { afterAll, beforeAll, expect, test } from 'vitest'
import { runReport } from '../support/command.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane.ts'

let host: ControlPlane
let inventory: string
let before: string

beforeAll(async () => {
  host = await startControlPlane()
  inventory = await host.writeInventory()
  before = await host.listing()
})

afterAll(async () => {
  expect(await host.listing()).toBe(before)
  await host[Symbol.asyncDispose]()
})

// No apiserver runs on this host, so planewright cannot ask which control planes the cluster has.
const unknown = 'etcd cannot be asked for its members: no kube-apiserver runs on any host that was asked'

test('if the cluster cannot be asked, apply warns before it begins, and in the report', async () => {
  const { report, stderr } = await runReport(['apply', '-i', inventory])
  expect(report.hosts[0]?.warnings).toContain(unknown)
  expect(stderr.indexOf('warning: etcd cannot be asked')).toBeGreaterThan(-1)
  // The host's own error is from the roll, which comes later.
  expect(stderr.indexOf('warning: etcd cannot be asked')).toBeLessThan(
    stderr.indexOf('error: no kubelet runs'),
  )
})

test('if the cluster cannot be asked, apply --strict refuses its hosts', async () => {
  const { exitCode, report } = await runReport(['apply', '-i', inventory, '--strict'])
  expect(exitCode).toBe(1)
  expect(report.error).toBeNull()
  expect(report.hosts).toMatchObject([
    {
      host: 'cp1',
      status: 'failed',
      error: {
        code: 'host',
        what: 'it is unknown whether the inventory lacks control planes of the cluster',
        why: expect.stringContaining(unknown) as string,
      },
    },
  ])
  expect(report.hosts[0]?.changes).toHaveLength(4)
})
