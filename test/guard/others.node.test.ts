import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { loadInventory, openSession, drawPlan, roll, survey } from '../../src/index.ts'
import { auditTasks } from '../../tasks/index.ts'
import { restore } from '../lab/lab.ts'
import { runReport } from '../support/command.ts'
import { awaitEnd, awaitState, expectServing, holdAt, letGo, startApply } from '../support/faults.ts'
import { startKubeadm } from '../support/kubeadm.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode, readCommandLine, readTraces } from '../support/node.ts'

const lab = await useNodeLab()
const first = firstHost(lab)
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const comment = '# somebody was here'

const apply = () => runReport(['apply', '-i', lab.inventoryFile, '-l', first.name])
const readManifest = () => onNode(first, `cat ${manifest}`)

/** Edits the manifest as an editor does, with a rename over the old file. */
const edit = () => onNode(first, `{ echo '${comment}'; cat ${manifest}; } >/root/m && mv /root/m ${manifest}`)

/** What must not change. planewright's own folder is left out, because planewright may make it for its lock. */
async function readUntouched(): Promise<string> {
  const lines = (await readTraces(first)).split('\n')
  return lines.filter((line) => !line.startsWith('/var/lib/planewright')).join('\n')
}

let original: string
let words: readonly string[]

beforeEach(async () => {
  await restore(lab)
  original = await readManifest()
  words = await readCommandLine(first)
})

afterEach(() => letGo(first))

test('a second run on the same host is refused and told who holds it, and the first ends with its proof', async () => {
  await holdAt(first, 'starting')
  const run = startApply(lab, first)
  await awaitState(first, 'starting')
  const { exitCode, report } = await apply()
  expect(report.hosts[0]).toMatchObject({ status: 'failed', error: { code: 'precondition' } })
  expect(report.hosts[0]?.error?.what).toContain('another transaction is open')
  expect(report.hosts[0]?.error?.why).toMatch(
    /^\S+@\S+ \(from \S+\) holds it since \d{4}-\S+Z: .*; it is starting/,
  )
  expect(exitCode).toBe(1)
  await letGo(first)
  const { exitCode: ended, all } = await run
  expect(ended, all).toBe(0)
})

test('two runs that start at the same time: only one changes the host', async () => {
  const runs = await Promise.all([startApply(lab, first), startApply(lab, first)])
  const codes = runs.map(({ exitCode }) => exitCode ?? -1)
  expect(codes.filter((code) => code === 0).length, runs.map(({ all }) => all).join('\n')).toBeGreaterThan(0)
  for (const { exitCode, all } of runs) {
    if (exitCode !== 0)
      expect(all).toMatch(/another transaction is open|transaction \S+ is open there|changed since/)
  }
  const restarts = await onNode(first, 'grep -hc confirmed /var/lib/planewright/*/journal')
  expect(restarts.trim()).toBe('1')
  const { report, exitCode } = await apply()
  expect(report.hosts[0]).toMatchObject({ status: 'ok', error: null })
  expect(exitCode).toBe(0)
})

test('a manifest edited between plan and write: apply refuses, shows both versions and keeps the edit', async () => {
  const inventory = await loadInventory({ sources: [lab.inventoryFile], extraVariables: new Map() })
  await using session = await openSession({ inventory, tasks: auditTasks, limit: [first.name] })
  const planned = drawPlan(await survey(session))
  await edit()
  const before = await readUntouched()
  const [outcome] = await roll(session, planned, { proof: 'proof' })
  expect(outcome).toMatchObject({ status: 'failed', undone: false, error: { code: 'precondition' } })
  expect(outcome?.error?.why).toContain(`+${comment}`)
  expect(await readUntouched()).toBe(before)
  expect(await readManifest()).toBe(`${comment}\n${original}`)
})

test('a manifest edited while the guard writes files: the edited version stays', async () => {
  await holdAt(first, 'writing')
  const run = startApply(lab, first)
  await awaitState(first, 'writing')
  await edit()
  await letGo(first)
  const { exitCode, all } = await run
  expect(exitCode, all).toBe(1)
  expect(all).toContain('was edited by somebody else')
  expect(all).toContain(`+${comment}`)
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readManifest()).toBe(`${comment}\n${original}`)
  await expectServing(first, words)
})

test('with a patient restart, a manifest edited while the guard writes files stays, the rest is undone', async () => {
  await holdAt(first, 'writing')
  const run = startApply(lab, first, ['restart=patient'])
  await awaitState(first, 'writing')
  await edit()
  await letGo(first)
  const { exitCode, all } = await run
  expect(exitCode, all).toBe(1)
  expect(all).toContain(`+${comment}`)
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readManifest()).toBe(`${comment}\n${original}`)
  expect(await onNode(first, 'ls /etc/kubernetes')).not.toContain('audit-policy.yaml')
  await expectServing(first, words)
})

test('somebody writes a manifest while the guard has taken it away: their version stays', async () => {
  await holdAt(first, 'starting')
  const run = startApply(lab, first)
  await awaitState(first, 'starting')
  const theirs = `${comment}\n${original}`
  await onNode(first, `cat >/root/m <<'END'\n${theirs}END\nmv /root/m ${manifest}`)
  await letGo(first)
  const { exitCode, all } = await run
  expect(exitCode, all).toBe(1)
  expect(all).toContain(`+${comment}`)
  expect(await awaitEnd(first)).toBe('abandoned')
  expect(await readManifest()).toBe(theirs)
  await expectServing(first, words)
})

test('a manifest edited while the guard waits for the confirmation: the edit stays, and the report shows it', async () => {
  await holdAt(first, 'serving')
  const run = startApply(lab, first)
  await awaitState(first, 'serving')
  await edit()
  const theirs = await readManifest()
  await letGo(first)
  const { exitCode, all } = await run
  expect(exitCode, all).toBe(1)
  expect(all).toContain(`+${comment}`)
  // Either planewright confirms first, or the kubelet first restarts the apiserver that planewright has proven.
  expect(['confirmed', 'abandoned']).toContain(await awaitEnd(first))
  expect(await readManifest(), all).toBe(theirs)
})

test('an undo keeps a copy of a policy that somebody edited during the transaction', async () => {
  await holdAt(first, 'starting')
  const run = startApply(lab, first)
  await awaitState(first, 'starting')
  await onNode(first, `echo '${comment}' >>/etc/kubernetes/audit-policy.yaml`)
  run.kill('SIGKILL')
  await run
  await letGo(first)
  await onNode(first, `pkill -9 -f '^sshd(-session)?: ' || :`)
  const { exitCode, report } = await apply()
  expect(report.hosts[0]).toMatchObject({ status: 'changed', error: null })
  expect(exitCode).toBe(0)
  expect(await awaitEnd(first)).toBe('confirmed')
  const kept = await onNode(first, `cat /var/lib/planewright/*/foreign/*`)
  expect(kept).toContain(comment)
})

test('apply refuses while kubeadm runs on the node', async () => {
  onTestFinished(await startKubeadm(first))
  const before = await readUntouched()
  const { exitCode, report } = await apply()
  expect(report.hosts[0]?.error?.why ?? '').toContain(`${first.name}: kubeadm upgrade plan is running there`)
  expect(exitCode).toBe(1)
  expect(await readUntouched()).toBe(before)
})
