import { expect, test } from 'vitest'
import {
  loadInventory,
  makeReport,
  openSession,
  drawPlan,
  roll,
  survey,
  type HostOutcome,
} from '../../src/index.ts'
import { auditFlags, auditLogDirectory, proveAudit } from '../../tasks/index.ts'
import { useLab } from '../support/lab.ts'
import { onNode, readCommandLine, readTraces } from '../support/node.ts'
import { uncheckedPolicy } from '../support/unchecked-policy.ts'

const lab = await useLab()

async function applyRefused(): Promise<readonly HostOutcome[]> {
  const inventory = await loadInventory({ sources: [lab.inventoryFile], extraVariables: new Map() })
  const tasks = [auditLogDirectory, uncheckedPolicy, auditFlags, proveAudit]
  await using session = await openSession({ inventory, tasks })
  return await roll(session, drawPlan(await survey(session)), { proof: 'no-proof' })
}

/** Leaves out what an undo may change: inodes, times, the apiserver's pid, and the transaction's own folder. */
function withoutTimes(traces: string): readonly string[] {
  const lines = traces.split('\n').filter((line) => !/^apiserver |\/var\/lib\/planewright/.test(line))
  return lines.map((line) => line.replace(/^(\/\S+) \d+ [\d.]+ /, '$1 '))
}

const readManifest = 'cat "$m"; stat -c "%a %U:%G %y" "$m"'
const manifestOf = `m=/etc/kubernetes/manifests/kube-apiserver.yaml; ${readManifest}`
const readReadiness =
  'kubectl --kubeconfig /etc/kubernetes/admin.conf --server "https://$(hostname -i | cut -d " " -f 1):6443" get --raw /readyz'

test('a policy that the apiserver refuses is undone, and the error contains the apiserver’s message', async () => {
  const [first, ...others] = lab.hosts
  if (first === undefined) throw new Error('the lab has no nodes')
  const before = await readTraces(first)
  const manifest = await onNode(first, manifestOf)
  const untouched = await Promise.all(others.map(readTraces))

  const outcomes = await applyRefused()

  expect(
    outcomes.map(({ status, undone }) => ({ status, undone })),
    String(outcomes[0]?.error),
  ).toEqual([
    { status: 'failed', undone: true },
    { status: 'skipped', undone: false },
    { status: 'skipped', undone: false },
  ])
  expect(outcomes[0]?.error?.code).toBe('restart')
  expect(outcomes[0]?.error?.why).toContain('Everything')

  expect(withoutTimes(await readTraces(first))).toEqual(withoutTimes(before))
  expect(await onNode(first, manifestOf)).toBe(manifest)
  expect((await readCommandLine(first)).filter((word) => word.startsWith('--audit-'))).toEqual([])
  expect(await onNode(first, readReadiness)).toBe('ok')
  expect(await Promise.all(others.map(readTraces))).toEqual(untouched)

  const run = { started: new Date(), milliseconds: 0, error: undefined, interrupted: false }
  expect(makeReport({ verb: 'apply', outcomes, ...run }).exitCode).toBe(1)
})
