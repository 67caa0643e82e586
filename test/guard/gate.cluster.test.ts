import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { restore } from '../lab/lab.ts'
import { runReport } from '../support/command.ts'
import { awaitState, holdAt, letGo } from '../support/faults.ts'
import { startKubeadm } from '../support/kubeadm.ts'
import { useLab } from '../support/lab.ts'
import { onNode, readTraces } from '../support/node.ts'

const lab = await useLab()

function hosts() {
  const [first, second, third] = lab.hosts
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('three nodes are needed')
  return { first, second, third }
}

const mend: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const step of mend.splice(0)) await step()
})

/** Expects that apply refuses with these words, and that it writes nothing. */
async function expectRefused(words: readonly string[], limit: readonly string[] = []): Promise<void> {
  const readAll = () => Promise.all([hosts().first, hosts().third].map(readTraces))
  const before = await readAll()
  const { exitCode, report } = await runReport(['apply', '-i', lab.inventoryFile, ...limit])
  // A host whose own apiserver does not serve comes first, whatever its place in the inventory.
  const outcome = report.hosts.find(({ status }) => status === 'failed')
  expect(outcome).toMatchObject({ undone: false, error: { code: 'host' } })
  expect(report.hosts.filter(({ status }) => status === 'changed')).toEqual([])
  for (const word of words) expect(outcome?.error?.why).toContain(word)
  expect(exitCode).toBe(1)
  expect(await readAll()).toEqual(before)
}

/**
 * Stops a static pod of a node until the test has ended. After 2 s this kills the process, because an apiserver would wait
 * for its watches for 30 s. Afterwards it removes the exited container. Otherwise the kubelet would hold the pod back when
 * its manifest returns.
 */
async function takeDown(component: string, host = hosts().second): Promise<void> {
  const manifest = `/etc/kubernetes/manifests/${component}.yaml`
  mend.push(() =>
    onNode(
      host,
      `crictl ps --all --quiet --state exited --label io.kubernetes.container.name=${component} | xargs -r crictl rm >/dev/null
       mv /root/${component}.yaml ${manifest}
       for look in $(seq 1200); do curl -fsk https://127.0.0.1:6443/readyz >/dev/null && exit 0; sleep 0.1; done; exit 1`,
    ),
  )
  await onNode(
    host,
    `mv ${manifest} /root/
     for look in $(seq 600); do
       pgrep -x ${component} >/dev/null || exit 0
       if [ "$look" -gt 20 ]; then pkill -9 -x ${component} || :; fi
       sleep 0.1
     done; exit 1`,
  )
}

test('apply refuses while a transaction is open on a peer', async () => {
  const { second } = hosts()
  await openTransaction()
  // The limit leaves the peer out, but planewright must ask it all the same.
  await expectRefused([`${second.name}: transaction somebodys is open there`], ['-l', hosts().first.name])
})

test('apply refuses while kubeadm runs on a peer', async () => {
  const { second } = hosts()
  mend.push(await startKubeadm(second))
  await expectRefused([`${second.name}: kubeadm upgrade plan is running there`])
})

test('apply refuses while a peer’s kubelet hangs', async () => {
  const { third } = hosts()
  await onNode(third, 'pkill -STOP -x kubelet')
  mend.push(() => onNode(third, 'pkill -CONT -x kubelet'))
  await expectRefused([`${third.name}: its kubelet hangs`])
})

test('apply refuses while the apiserver is down on a peer that the limit leaves out', async () => {
  await takeDown('kube-apiserver')
  await expectRefused([`${hosts().second.name}: `], ['-l', hosts().first.name])
})

/** Opens a transaction of another run on a node, until the test has ended. */
async function openTransaction(host = hosts().second): Promise<void> {
  await onNode(host, 'mkdir -p /var/lib/planewright; echo somebodys >/var/lib/planewright/open')
  mend.push(() => onNode(host, 'rm -r /var/lib/planewright'))
}

test.each([
  [
    'etcd of a peer goes',
    () => takeDown('etcd', hosts().third),
    'etcd has 2 of 3 members, and needs 2 after the loss of one more',
  ],
  [
    'kube-apiserver of a peer goes',
    () => takeDown('kube-apiserver', hosts().third),
    'no kube-apiserver runs there',
  ],
  [
    'a peer’s transaction is opened',
    () => openTransaction(hosts().third),
    'transaction somebodys is open there',
  ],
])('between the first and the second host %s', async (_name, fault, words) => {
  const { first, second } = hosts()
  await restore(lab)
  const folder = await mkdtemp(path.join(tmpdir(), 'planewright-'))
  const retryFile = path.join(folder, 'left')
  mend.push(() => rm(folder, { recursive: true }))
  await holdAt(first, 'serving')
  const untouched = await readTraces(second)
  // The limit leaves the third host out, because apply would repair it first.
  const limit = ['-l', `${first.name},${second.name}`]
  const run = runReport(['apply', '-i', lab.inventoryFile, ...limit, '--retry-file', retryFile])
  await awaitState(first, 'serving')
  await fault()
  await letGo(first)
  const { exitCode, report } = await run
  expect(report.hosts.map(({ host, status }) => ({ host, status }))).toEqual([
    { host: first.name, status: 'changed' },
    { host: second.name, status: 'failed' },
  ])
  expect(report.hosts[1]?.error?.why).toContain(words)
  expect(exitCode).toBe(1)
  expect(await readTraces(second)).toBe(untouched)
  expect(await readFile(retryFile, 'utf8')).toBe(`${second.name}\n`)
})

test('apply refuses while an etcd member is down', async () => {
  await takeDown('etcd')
  await expectRefused([
    `etcd has 2 of 3 members, and needs 2 after the loss of one more (${hosts().second.name}: `,
  ])
})
