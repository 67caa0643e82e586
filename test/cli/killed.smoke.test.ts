import { expect, test, vi } from 'vitest'
import { runReport, startPlanewright } from '../support/command.ts'
import { useLab } from '../support/lab.ts'
import { onNode } from '../support/node.ts'

const lab = await useLab()

test('after apply was killed just when the manifest was written, a second apply proves all three hosts', async () => {
  const [first] = lab.hosts
  if (first === undefined) throw new Error('the lab has no nodes')
  const run = startPlanewright(['apply', '-i', lab.inventoryFile])
  const ended = run.then(({ all }) => {
    throw new Error(`it ended before the manifest was written:\n${all}`)
  })
  const isWritten = async () => {
    const manifest = await onNode(first, 'cat /etc/kubernetes/manifests/kube-apiserver.yaml')
    expect(manifest).toContain('--audit-log-path=')
  }
  await Promise.race([vi.waitFor(isWritten, { timeout: 300_000, interval: 20 }), ended])
  run.kill('SIGKILL')
  expect((await run).signal).toBe('SIGKILL')

  const { exitCode, report } = await runReport(['apply', '-i', lab.inventoryFile])
  expect(report.hosts.map(({ host, error }) => ({ host, error }))).toEqual(
    lab.hosts.map(({ name }) => ({ host: name, error: null })),
  )
  expect(report.hosts.every((host) => host.proof !== null)).toBe(true)
  expect(exitCode).toBe(0)
})
