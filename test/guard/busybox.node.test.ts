import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadInventory, openSession } from '../../src/index.ts'
import { preparedFor } from '../../src/engine/session/session.ts'
import { auditTasks } from '../../tasks/index.ts'
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
import { onNode, readCommandLine } from '../support/node.ts'

const lab = await useNodeLab()
const first = firstHost(lab)

const busybox = '/usr/bin/busybox'
const applets = '/opt/busybox'
const searched = `${applets}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin`

/** sh that prints `busybox` if a process runs busybox. It compares the content, because the process is named after sh. */
const isBusybox = (pid: string) => `cmp "/proc/${pid}/exe" ${busybox} && echo busybox`

/** Makes /bin/sh and the coreutils busybox's, for SSH sessions and for systemd's units. */
beforeAll(async () => {
  await onNode(
    first,
    `set -e
     mkdir -p ${applets} && ${busybox} --install -s ${applets}
     cp -p /etc/environment /root/environment 2>/dev/null || : >/root/environment
     echo 'PATH=${searched}' >/etc/environment
     systemctl set-environment PATH=${searched}
     mount --bind ${busybox} "$(readlink -f /bin/sh)"`,
  )
})

afterAll(async () => {
  await onNode(
    first,
    // Lazily (-l), because the shell that runs this is itself that busybox.
    `umount -l "$(readlink -f /bin/sh)"; systemctl unset-environment PATH
     mv /root/environment /etc/environment; rm -r ${applets}`,
  )
})

test('an SSH session finds busybox alone', async () => {
  const inventory = await loadInventory({ sources: [lab.inventoryFile] })
  await using session = await openSession({ inventory, tasks: auditTasks, limit: [first.name] })
  const connection = await session.connections.open(preparedFor(session, { host: first.name }).target)
  // busybox's shell prints its own applets without a path.
  const script = `${isBusybox('$$')}; for name in sha256sum stat sync; do command -v "$name"; done`
  const { stdout } = await connection.run(script, { timeoutMs: 10_000 })
  const [shell, ...found] = stdout.toString('utf8').trimEnd().split('\n')
  expect(shell).toBe('busybox')
  expect(found.map((one) => one.replace(`${applets}/`, ''))).toEqual(['sha256sum', 'stat', 'sync'])
})

test('a swift restart is proven', async () => {
  const { exitCode, report } = await runReport(['apply', '-i', lab.inventoryFile, '-l', first.name])
  expect(report.hosts[0]).toMatchObject({ status: 'changed', error: null })
  expect(report.hosts[0]?.proof).not.toBeNull()
  expect(exitCode).toBe(0)
  const journal = await onNode(first, 'cat /var/lib/planewright/*/journal')
  expect(journal).toContain('stopping')
  expect(journal).not.toContain('not swiftly')
})

test('a swift restart that is not confirmed is undone', async () => {
  const files = await readWhole(first)
  const words = await readCommandLine(first)
  await holdAt(first, 'serving')
  const run = startApply(lab, first, ['confirm_timeout=5', 'audit_log_maxage=7'])
  await awaitState(first, 'serving')
  expect(await onNode(first, isBusybox('$(systemctl show -P MainPID planewright-guard)'))).toBe('busybox\n')
  run.kill('SIGKILL')
  await run
  await letGo(first)
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readWhole(first)).toBe(files)
  await expectServing(first, words)
})
