import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { restore } from '../lab/lab.ts'
import { runReport } from '../support/command.ts'
import {
  awaitEnd,
  awaitState,
  expectServing,
  holdAt,
  letGo,
  readWhole,
  startApply,
} from '../support/faults.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode, readCommandLine, readTraces } from '../support/node.ts'

const lab = await useNodeLab()
const first = firstHost(lab)

const apply = () => runReport(['apply', '-i', lab.inventoryFile, '-l', first.name])

let files: string
let words: readonly string[]

beforeAll(async () => {
  files = await readWhole(first)
  words = await readCommandLine(first)
})

const mend: string[] = []

afterEach(async () => {
  for (const script of mend.splice(0).reverse()) await onNode(first, script)
})

/** Mounts a small filesystem over a folder, with a copy of its content. Unmounts it after the test. */
async function mountOver(folder: string): Promise<void> {
  await onNode(
    first,
    `mkdir -p ${folder} && mount -t tmpfs -o size=2m,mode=$(stat -c %a ${folder}) tmpfs /mnt &&
       cp -a ${folder}/. /mnt/ && mount --bind /mnt ${folder} && umount /mnt`,
  )
  // A guard that has written its last state still runs for a moment, with its journal open.
  mend.push(
    `for look in $(seq 100); do umount ${folder} 2>/dev/null && exit 0; sleep 0.1; done; umount ${folder}`,
  )
}

const fill = (folder: string) => onNode(first, `cat /dev/zero >${folder}/.filled 2>/dev/null || :`)
const empty = (folder: string) => onNode(first, `rm ${folder}/.filled`)

/** What must not change. planewright's own folder and the mtime of /etc/kubernetes, where files are staged, are left out. */
async function readUntouched(): Promise<string> {
  const lines = (await readTraces(first)).split('\n')
  const untimed = lines.map((line) => line.replace(/^(\/etc\/kubernetes \d+) \S+/, '$1'))
  return untimed.filter((line) => !line.startsWith('/var/lib/planewright')).join('\n')
}

/** Expects that apply fails before it writes, that the error names the cause, and that the node is as before. */
async function expectRefused(why: RegExp): Promise<void> {
  const before = await readUntouched()
  const { exitCode, report } = await apply()
  const [outcome] = report.hosts
  expect(outcome).toMatchObject({ status: 'failed', undone: false })
  expect(outcome?.error?.why).toMatch(why)
  expect(exitCode).toBe(1)
  expect(await readUntouched()).toBe(before)
}

async function expectUndone(run: ReturnType<typeof startApply>, why: RegExp): Promise<void> {
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readWhole(first)).toBe(files)
  await expectServing(first, words)
  const { exitCode, all } = await run
  expect(all).toMatch(why)
  expect(exitCode).toBe(1)
}

describe('a full or read-only filesystem before the first write: apply refuses and writes nothing', () => {
  test('/etc is full', async () => {
    await mountOver('/etc/kubernetes')
    await fill('/etc/kubernetes')
    await expectRefused(/no room left: tmpfs/)
  })

  test('/var/lib is full', async () => {
    await mountOver('/var/lib/planewright')
    await fill('/var/lib/planewright')
    await expectRefused(/no room left: tmpfs/)
  })

  test('/etc is read-only', async () => {
    await onNode(
      first,
      'mount --bind /etc/kubernetes /etc/kubernetes && mount -o remount,bind,ro /etc/kubernetes',
    )
    mend.push('umount /etc/kubernetes')
    await expectRefused(/Read-only file system/)
  })

  test('all of /etc is read-only, with the folder of systemd’s units', async () => {
    await onNode(first, 'mount --bind /etc /etc && mount -o remount,bind,ro /etc')
    mend.push('umount /etc')
    await expectRefused(/Read-only file system/)
  })

  test('only the folder of systemd’s units is read-only: no guard would run after a reboot', async () => {
    const folder = '/etc/systemd/system'
    await onNode(first, `mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder}`)
    mend.push(`umount ${folder}`)
    await expectRefused(/Read-only file system/)
  })

  test('the manifests folder is a mount of its own: a rename into it would not be atomic', async () => {
    const folder = '/etc/kubernetes/manifests'
    await onNode(first, `mount --bind ${folder} ${folder}`)
    mend.push(`umount ${folder}`)
    await expectRefused(/are on different filesystems/)
  })
})

describe('a full or read-only filesystem during a transaction', () => {
  beforeEach(() => restore(lab))

  /** Holds the guard in a state, makes the fault, and lets the guard go on. */
  async function strikeAt(state: Parameters<typeof holdAt>[1], strike: () => Promise<unknown>) {
    await holdAt(first, state)
    const run = startApply(lab, first)
    await awaitState(first, state)
    await strike()
    await letGo(first)
    return { run }
  }

  test('/var/lib fills up: the reserved space is enough for the guard to undo', async () => {
    await mountOver('/var/lib/planewright')
    // From `serving` on, the guard only writes how the transaction ends. Here that is an undo.
    await holdAt(first, 'serving')
    const run = startApply(lab, first, ['confirm_timeout=5'])
    await awaitState(first, 'serving')
    run.kill('SIGKILL')
    await run
    await fill('/var/lib/planewright')
    await letGo(first)
    expect(await awaitEnd(first)).toBe('undone')
    expect(await readWhole(first)).toBe(files)
    await expectServing(first, words)
  })

  test('/var/lib becomes read-only: the guard restores the old files, and ends when it can write its state', async () => {
    await mountOver('/var/lib/planewright')
    const run = startApply(lab, first, ['confirm_timeout=5'])
    await awaitState(first, 'serving')
    run.kill('SIGKILL')
    await run
    // A filesystem with a writer becomes read-only only if it breaks. So the test kills the guard first, and the restarted
    // guard finds the read-only filesystem.
    await onNode(
      first,
      // A killed process has its files open for a moment more. systemd starts the next guard after a second.
      `systemctl kill --signal=KILL planewright-guard
       for look in $(seq 40); do mount -o remount,bind,ro /var/lib/planewright && exit 0; sleep 0.02; done; exit 1`,
    )
    await onNode(
      first,
      `for look in $(seq 600); do
         grep -q audit- /etc/kubernetes/manifests/kube-apiserver.yaml || exit 0; sleep 0.1
       done; exit 1`,
    )
    await expectServing(first, words)
    const back = await onNode(first, 'pgrep -xo kube-apiserver')
    await onNode(first, 'mount -o remount,bind,rw /var/lib/planewright')
    expect(await awaitEnd(first)).toBe('undone')
    expect(await readWhole(first)).toBe(files)
    // The guard restarted several times meanwhile, and must not have restarted the apiserver again.
    expect(await onNode(first, 'pgrep -xo kube-apiserver')).toBe(back)
  })

  test('/etc becomes read-only before the manifest is touched', async () => {
    await onNode(first, 'mount --bind /etc/kubernetes /etc/kubernetes')
    mend.push('umount /etc/kubernetes')
    const { run } = await strikeAt('writing', () => onNode(first, 'mount -o remount,bind,ro /etc/kubernetes'))
    const { exitCode, all } = await run
    expect(all).toMatch(/Read-only file system/)
    expect(exitCode).toBe(1)
    expect(await awaitEnd(first)).toBe('undone')
    await expectServing(first, words)
    await onNode(first, 'mount -o remount,bind,rw /etc/kubernetes')
    // The guard could not remove the staged files then. The next run removes them.
    const leftovers = () => onNode(first, `find /etc/kubernetes -name '.planewright-*'`)
    expect(await leftovers()).not.toBe('')
    expect((await apply()).exitCode).toBe(0)
    expect(await leftovers()).toBe('')
  })

  test('/etc becomes read-only while the manifest is away: the guard restores it as soon as it can write', async () => {
    await onNode(first, 'mount --bind /etc/kubernetes /etc/kubernetes')
    mend.push('umount /etc/kubernetes')
    const { run } = await strikeAt('starting', () =>
      onNode(first, 'mount -o remount,bind,ro /etc/kubernetes'),
    )
    await awaitState(first, 'restoring')
    await onNode(first, 'mount -o remount,bind,rw /etc/kubernetes')
    await expectUndone(run, /could not be put in/)
  })

  test('/etc fills up after staging: apply succeeds, because renames need no space', async () => {
    await mountOver('/etc/kubernetes')
    const { run } = await strikeAt('writing', () => fill('/etc/kubernetes'))
    const { exitCode, all } = await run
    expect(exitCode, all).toBe(0)
    await empty('/etc/kubernetes')
    // The test's filesystem covers the real folder, which still has the old manifest. Copy the written files there as well.
    await onNode(
      first,
      `cp -a /etc/kubernetes/audit-policy.yaml /etc/kubernetes/manifests/kube-apiserver.yaml /root/
       ${mend.splice(0).join('; ')}
       mv /root/audit-policy.yaml /etc/kubernetes/; mv /root/kube-apiserver.yaml /etc/kubernetes/manifests/`,
    )
    expect((await apply()).report.hosts[0]).toMatchObject({ error: null })
  })

  test('the log’s filesystem is full: the proof fails, and the guard undoes', async () => {
    await mountOver('/var/log/kubernetes')
    await onNode(first, 'mkdir -p -m 700 /var/log/kubernetes/audit')
    await fill('/var/log/kubernetes')
    const run = startApply(lab, first)
    const { exitCode, all } = await run
    expect(exitCode, all).toBe(1)
    expect(all).toMatch(/the event \S+ is not in \/var\/log\/kubernetes\/audit\/audit\.log/)
    expect(all).toMatch(/no room left: tmpfs .* \/var\/log\/kubernetes;/)
    expect(await awaitEnd(first)).toBe('undone')
    expect(await readWhole(first)).toBe(files)
    await expectServing(first, words)
  })
})

test('/tmp is read-only and noexec: apply succeeds without it', async () => {
  await restore(lab)
  await onNode(first, 'mount -t tmpfs -o ro,noexec tmpfs /tmp')
  mend.push('umount /tmp')
  const { exitCode, report } = await apply()
  expect(report.hosts[0]?.error).toBeNull()
  expect(report.hosts[0]?.proof).not.toBeNull()
  expect(exitCode).toBe(0)
})
