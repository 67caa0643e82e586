import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { restartNode, restore } from '../lab/lab.ts'
import { runReport } from '../support/command.ts'
import {
  awaitEnd,
  awaitHeld,
  awaitState,
  expectServing,
  holdAt,
  letGo,
  readWhole,
  startApply,
} from '../support/faults.ts'
import { firstHost, useLab } from '../support/lab.ts'
import { onNode, readCommandLine, readTraces } from '../support/node.ts'

// One fault of each class, at the moment where it does most harm. The cluster and node tests in this folder test each
// class at other moments as well.

const lab = await useLab()
const first = firstHost(lab)
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'

let files = ''
let words: readonly string[]

/** Restores the node only if the test before left it changed, as a failed one does. */
beforeEach(async () => {
  if ((await readWhole(first)) === files) return
  await restore(lab)
  files = await readWhole(first)
  words = await readCommandLine(first)
})

const applyFirst = () => runReport(['apply', '-i', lab.inventoryFile, '-l', first.name])

/** Waits until the guard has undone the transaction by itself. Expects the old files, and that the node serves. */
async function expectUndone(run: ReturnType<typeof startApply>): Promise<void> {
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readWhole(first)).toBe(files)
  await expectServing(first, words)
  expect((await run).exitCode).not.toBe(0)
}

test('the guard is killed while the manifest is away: systemd restarts it, and it undoes', async () => {
  await holdAt(first, 'starting')
  const run = startApply(lab, first)
  await awaitHeld(first, 'starting')
  await onNode(
    first,
    // In one script: systemd restarts the guard a second later, and the test must not hold that one.
    `kill -9 "$(systemctl show -P MainPID planewright-guard)" && rm /var/lib/planewright/hold`,
  )
  await expectUndone(run)
})

test('the controller is killed while the guard waits for its confirmation: the guard undoes', async () => {
  await holdAt(first, 'serving')
  const run = startApply(lab, first, ['confirm_timeout=5'])
  await awaitState(first, 'serving')
  run.kill('SIGKILL')
  await run
  await letGo(first)
  await expectUndone(run)
})

test('the node loses power while the manifest is away: the guard undoes after the boot', async () => {
  await holdAt(first, 'starting')
  const run = startApply(lab, first)
  await awaitHeld(first, 'starting')
  await restartNode(first)
  await letGo(first)
  await expectUndone(run)
})

test('the kubelet stops while the manifest is away: the old apiserver is back when the kubelet runs again', async () => {
  await holdAt(first, 'starting')
  const run = startApply(lab, first)
  await awaitState(first, 'starting')
  await onNode(first, 'systemctl stop kubelet')
  await letGo(first)
  await awaitState(first, 'recovering')
  await onNode(first, 'systemctl start kubelet')
  await expectUndone(run)
})

test('somebody edits the manifest while the guard writes files: their version stays', async () => {
  const comment = '# somebody was here'
  const original = await onNode(first, `cat ${manifest}`)
  await holdAt(first, 'writing')
  const run = startApply(lab, first)
  await awaitState(first, 'writing')
  await onNode(first, `{ echo '${comment}'; cat ${manifest}; } >/root/m && mv /root/m ${manifest}`)
  await letGo(first)
  const { exitCode, all } = await run
  expect(exitCode, all).toBe(1)
  expect(all).toContain(`+${comment}`)
  expect(await awaitEnd(first)).toBe('undone')
  expect(await onNode(first, `cat ${manifest}`)).toBe(`${comment}\n${original}`)
})

test('the disk is full: apply refuses before it writes anything', async () => {
  const folder = '/var/lib/planewright'
  const before = await readWhole(first)
  onTestFinished(async () => {
    await onNode(first, `umount -l ${folder}`)
  })
  await onNode(
    first,
    `mkdir -p ${folder} && mount -t tmpfs -o size=2m,mode=700 tmpfs ${folder}
     cat /dev/zero >${folder}/.filled 2>/dev/null || :`,
  )
  const { exitCode, report } = await applyFirst()
  expect(report.hosts[0]).toMatchObject({ status: 'failed', undone: false })
  expect(report.hosts[0]?.error?.why).toContain('no room left: tmpfs')
  expect(exitCode).toBe(1)
  expect(await readWhole(first)).toBe(before)
})

test('the kubelet hangs on another control plane: apply refuses before it writes anything', async () => {
  const other = lab.hosts[1]
  if (other === undefined) throw new Error('the lab has one node')
  const before = await readTraces(first)
  onTestFinished(async () => {
    await onNode(other, 'pkill -CONT -x kubelet')
  })
  await onNode(other, 'pkill -STOP -x kubelet')
  const { exitCode, report } = await applyFirst()
  expect(report.hosts[0]).toMatchObject({ status: 'failed', undone: false })
  expect(report.hosts[0]?.error?.why).toContain(`${other.name}: its kubelet hangs`)
  expect(exitCode).toBe(1)
  expect(await readTraces(first)).toBe(before)
})
