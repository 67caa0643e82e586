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

/** A small filesystem over a folder, with what is in it; gone after the test, with the folder as it was. */
async function mountOver(folder: string): Promise<void> {
  await onNode(
    first,
    `mkdir -p ${folder} && mount -t tmpfs -o size=2m,mode=$(stat -c %a ${folder}) tmpfs /mnt &&
       cp -a ${folder}/. /mnt/ && mount --bind /mnt ${folder} && umount /mnt`,
  )
  // A guard that has said its last word is there for a moment more, with its journal open.
  mend.push(
    `for look in $(seq 100); do umount ${folder} 2>/dev/null && exit 0; sleep 0.1; done; umount ${folder}`,
  )
}

const fill = (folder: string) => onNode(first, `cat /dev/zero >${folder}/.filled 2>/dev/null || :`)
const empty = (folder: string) => onNode(first, `rm ${folder}/.filled`)

/** What must not change, but for planewright's own folder, and for the time of one in which a file was staged. */
async function readUntouched(): Promise<string> {
  const lines = (await readTraces(first)).split('\n')
  const untimed = lines.map((line) => line.replace(/^(\/etc\/kubernetes \d+) \S+/, '$1'))
  return untimed.filter((line) => !line.startsWith('/var/lib/planewright')).join('\n')
}

/** The error names the cause, and the node is as it was. */
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

describe('before the first write: refused, and nothing is half-written', () => {
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

  test('all of /etc is read-only, the folder of systemd’s units as well', async () => {
    await onNode(first, 'mount --bind /etc /etc && mount -o remount,bind,ro /etc')
    mend.push('umount /etc')
    await expectRefused(/Read-only file system/)
  })

  test('only the folder of systemd’s units is read-only: nobody would bring it to its end after a reboot', async () => {
    const folder = '/etc/systemd/system'
    await onNode(first, `mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder}`)
    mend.push(`umount ${folder}`)
    await expectRefused(/Read-only file system/)
  })

  test('the folder of manifests is a mount of its own: a rename into it would not be atomic', async () => {
    const folder = '/etc/kubernetes/manifests'
    await onNode(first, `mount --bind ${folder} ${folder}`)
    mend.push(`umount ${folder}`)
    await expectRefused(/are on different filesystems/)
  })
})

describe('in the middle', () => {
  beforeEach(() => restore(lab))

  /** Until the unit of the guard holds, a fault strikes; then the guard goes on. */
  async function strikeAt(state: Parameters<typeof holdAt>[1], strike: () => Promise<unknown>) {
    await holdAt(first, state)
    const run = startApply(lab, first)
    await awaitState(first, state)
    await strike()
    await letGo(first)
    return { run }
  }

  test('/var/lib fills up: what was set aside is enough to bring it to an end', async () => {
    await mountOver('/var/lib/planewright')
    // From serving on the guard has only to note how it ends: here that it is taken back.
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

  test('/var/lib becomes read-only: the old files are back, and it ends as soon as that can be written down', async () => {
    await mountOver('/var/lib/planewright')
    const run = startApply(lab, first, ['confirm_timeout=5'])
    await awaitState(first, 'serving')
    run.kill('SIGKILL')
    await run
    // No filesystem becomes read-only under who writes to it, unless it breaks: the guard meets it when it comes again.
    await onNode(
      first,
      'systemctl kill --signal=KILL planewright-guard && mount -o remount,bind,ro /var/lib/planewright',
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
    // However often the guard has come meanwhile.
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
    // What was staged could not be taken away then: the next run does it.
    const leftovers = () => onNode(first, `find /etc/kubernetes -name '.planewright-*'`)
    expect(await leftovers()).not.toBe('')
    expect((await apply()).exitCode).toBe(0)
    expect(await leftovers()).toBe('')
  })

  test('/etc becomes read-only while the manifest is away: the old one is back as soon as it can be', async () => {
    await onNode(first, 'mount --bind /etc/kubernetes /etc/kubernetes')
    mend.push('umount /etc/kubernetes')
    const { run } = await strikeAt('starting', () =>
      onNode(first, 'mount -o remount,bind,ro /etc/kubernetes'),
    )
    await awaitState(first, 'restoring')
    await onNode(first, 'mount -o remount,bind,rw /etc/kubernetes')
    await expectUndone(run, /could not be put in/)
  })

  test('/etc fills up after all is staged: only renames are left, and they need no room', async () => {
    await mountOver('/etc/kubernetes')
    const { run } = await strikeAt('writing', () => fill('/etc/kubernetes'))
    const { exitCode, all } = await run
    expect(exitCode, all).toBe(0)
    await empty('/etc/kubernetes')
    // Under the filesystem of the test lies the old manifest: what was seen to be written is put there, too.
    await onNode(
      first,
      `cp -a /etc/kubernetes/audit-policy.yaml /etc/kubernetes/manifests/kube-apiserver.yaml /root/
       ${mend.splice(0).join('; ')}
       mv /root/audit-policy.yaml /etc/kubernetes/; mv /root/kube-apiserver.yaml /etc/kubernetes/manifests/`,
    )
    expect((await apply()).report.hosts[0]).toMatchObject({ error: null })
  })

  test('the log’s filesystem is full: there is no proof, and it is undone', async () => {
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

test('/tmp is read-only and noexec: nothing there is needed', async () => {
  await restore(lab)
  await onNode(first, 'mount -t tmpfs -o ro,noexec tmpfs /tmp')
  mend.push('umount /tmp')
  const { exitCode, report } = await apply()
  expect(report.hosts[0]?.error).toBeNull()
  expect(report.hosts[0]?.proof).not.toBeNull()
  expect(exitCode).toBe(0)
})
