import { expect, onTestFinished, test } from 'vitest'
import {
  completeClusters,
  loadInventory,
  openSession,
  drawPlan,
  planClusters,
  readExtraVariables,
  survey,
  surveyClusters,
  type ClusterOutcome,
  type Session,
} from '../../../src/index.ts'
import { auditClusterTasks, auditTasks } from '../../../tasks/index.ts'
import { runReport } from '../../support/command.ts'
import { awaitHeld, holdAt, letGo } from '../../support/faults.ts'
import { firstHost, useLab } from '../../support/lab.ts'
import { onNode } from '../../support/node.ts'

const lab = await useLab()
const first = firstHost(lab)
/** The edits by hand are made on another node, because an apiserver that has just restarted may not know the roles yet. */
const other = lab.hosts.at(-1) ?? first
const kubectl =
  'kubectl --kubeconfig /etc/kubernetes/admin.conf --server "https://$(hostname -i | cut -d " " -f 1):6443" --namespace kube-system'

/** Reads the stored ClusterConfiguration with kubectl. Empty if there is none. */
function readStored(): Promise<string> {
  const path = '{.data.ClusterConfiguration}'
  return onNode(other, `${kubectl} get configmap kubeadm-config --ignore-not-found -o 'jsonpath=${path}'`)
}

/** Adds an argument for the scheduler with kubectl, as another person would. */
async function editByHand(): Promise<void> {
  await onNode(
    other,
    `set -eu
     ${kubectl} get configmap kubeadm-config -o json >/root/theirs.json
     sed -i 's/scheduler: {}/scheduler:\\\\n  extraArgs:\\\\n  - name: bind-address\\\\n    value: 0.0.0.0/' /root/theirs.json
     ${kubectl} replace -f /root/theirs.json
     rm /root/theirs.json`,
  )
}

interface Writer {
  readonly session: Session
  readonly planned: readonly ClusterOutcome[]
}

/** Starts a run that has surveyed and planned, up to its write of the stored configuration. */
async function planStored(maxAge: number): Promise<Writer> {
  const extraVariables = await readExtraVariables([`audit_log_maxage=${maxAge}`], process.cwd())
  const inventory = await loadInventory({ sources: [lab.inventoryFile], extraVariables })
  const session = await openSession({ inventory, tasks: auditTasks, clusterTasks: auditClusterTasks })
  onTestFinished(() => session[Symbol.asyncDispose]())
  const hosts = drawPlan(await survey(session))
  const planned = planClusters(session, hosts, await surveyClusters(session, hosts))
  return { session, planned }
}

const write = ({ session, planned }: Writer) => completeClusters(session, planned, [])

test('an edit by hand during the roll stays, and the error shows both versions', async () => {
  await holdAt(first, 'serving')
  const running = runReport(['apply', '-i', lab.inventoryFile])
  await awaitHeld(first, 'serving')
  await editByHand()
  const theirs = await readStored()
  expect(theirs).toContain('name: bind-address')
  await letGo(first)
  const { exitCode, report } = await running
  // The hosts are proven all the same, because only the cluster failed.
  expect(report.hosts.map(({ status, proof }) => ({ status, proven: proof !== null }))).toEqual(
    lab.hosts.map(() => ({ status: 'changed', proven: true })),
  )
  expect(report.clusters).toMatchObject([{ status: 'failed', error: { code: 'precondition' } }])
  expect(report.clusters[0]?.error?.why).toContain('+  extraArgs:')
  expect(report.clusters[0]?.error?.why).toContain('(as planned on)')
  expect(await readStored()).toBe(theirs)
  expect(exitCode).toBe(1)
})

test('of two writers at once, one is refused with both versions, and no edit is lost', async () => {
  const writers = await Promise.all([planStored(31), planStored(32)])
  const before = await readStored()
  const outcomes = (await Promise.all(writers.map(write))).flat()
  expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['changed', 'failed'])
  const won = outcomes.find(({ status }) => status === 'changed')
  const lost = outcomes.find(({ status }) => status === 'failed')
  const written = won?.changes[0]?.after
  expect(await readStored()).toBe(written)
  expect(written).toContain('name: bind-address')
  expect(lost?.error).toMatchObject({ code: 'precondition' })
  const value = written?.includes('"31"') === true ? '31' : '32'
  expect(lost?.error?.why).toMatch(new RegExp(`^\\+ .*value: "?${value}`, 'm'))
  expect(before).not.toContain('audit-log-maxage')
})

test('a configuration that kubeadm refuses is not written, and the error has kubeadm’s message', async () => {
  const writer = await planStored(34)
  const before = await readStored()
  const spoilt = writer.planned.map((one) => ({
    ...one,
    changes: one.changes.map((change) => ({
      ...change,
      after: change.after.replace(/networking:/, 'networkin:'),
    })),
  }))
  const outcomes = await write({ ...writer, planned: spoilt })
  expect(outcomes).toMatchObject([{ status: 'failed' }])
  expect(outcomes[0]?.error?.why).toContain('unknown field "networkin"')
  expect(await readStored()).toBe(before)
})

test('a ConfigMap that is deleted between the survey and the write is not created again', async () => {
  const writer = await planStored(33)
  await onNode(other, `${kubectl} delete configmap kubeadm-config`)
  const outcomes = await write(writer)
  expect(outcomes).toMatchObject([{ status: 'failed', error: { code: 'precondition' } }])
  expect(outcomes[0]?.error?.why).toBe('it no longer exists')
  expect(await readStored()).toBe('')
})

test('without a ConfigMap verify warns, and proves the hosts', async () => {
  const { exitCode, report } = await runReport(['verify', '-i', lab.inventoryFile])
  expect(report.hosts.map(({ proof }) => proof !== null)).toEqual(lab.hosts.map(() => true))
  expect(report.clusters[0]?.warnings.join('\n')).toContain('kubeadm-config')
  expect(exitCode).toBe(0)
})
