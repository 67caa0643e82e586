import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/connection/connection.ts'
import { quote } from '../../src/connection/shell.ts'
import { PlanewrightError, toPlanewrightError } from '../../src/error.ts'
import { sha256 } from '../../src/host/answer.ts'
import type { DirectoryChange, FileChange, FileState } from '../../src/host/change.ts'
import { cancel, confirm, follow, recover, stage } from '../../src/guard/guard.ts'
import { readHistory } from '../../src/guard/history.ts'
import { stageTransactionScript } from '../../src/guard/stage-script.ts'
import type { TransactionStatus } from '../../src/guard/transaction-status.ts'
import { transactionId } from '../../src/guard/transaction-id.ts'
import { transactionsFolder, type Transaction, type WrittenChange } from '../../src/guard/transaction.ts'
import { connectTo, describeUserlands } from '../support/shells.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const task = 'test'
const differences = [{ kind: 'content' }] as const

function state(content: string, mode = 0o600, owner = 0, group = 0): FileState {
  return { content, sha256: sha256(content), mode, owner, group }
}

function fileChange(path: string, before: FileState | null, after: FileState): FileChange {
  const stagedIn = path.slice(0, path.lastIndexOf('/')) || '/'
  return { kind: 'file', task, path, differences, before, after, sensitive: false, stagedIn }
}

function manifestChange(before: string, after: string): FileChange {
  return { ...fileChange(manifest, state(before), state(after)), stagedIn: '/etc/kubernetes' }
}

function directoryChange(path: string, before: DirectoryChange['before'], mode: number): DirectoryChange {
  const after = { mode, owner: 3, group: 4 }
  return { kind: 'directory', task, path, differences, before, after }
}

function transaction(id: string, changes: readonly WrittenChange[], confirmTimeout = 60): Transaction {
  const settings = {
    restart: 'swift',
    restart_drain: 5,
    confirm_timeout: confirmTimeout,
    transactions_kept: 10,
  } as const
  return { id, who: 'somebody@somewhere', what: 'a test', changes, restart: undefined, settings }
}

/** Follows a transaction until it waits for the confirmation, or to its end. */
async function reach(connection: Connection, id: string): Promise<TransactionStatus> {
  let last: TransactionStatus | undefined
  for await (const status of follow(connection, id, 'serving')) last = status
  if (last === undefined) throw new Error('no state')
  return last
}

/** Performs changes, until the guard waits for their confirmation. */
async function perform(
  connection: Connection,
  id: string,
  changes: readonly WrittenChange[],
): Promise<TransactionStatus> {
  await stage(connection, transaction(id, changes))
  return reach(connection, id)
}

/** The error with which a call is refused. */
async function refusal(call: Promise<unknown>): Promise<PlanewrightError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(PlanewrightError)
  return error as PlanewrightError
}

describeUserlands((userland) => {
  let sshd: Sshd
  let connection: Connection
  let id: string

  beforeAll(async () => {
    sshd = await startSshd()
    connection = await connectTo(sshd, userland)
  })

  afterAll(async () => {
    await connection.close()
    await sshd.stop()
  })

  /** Runs a script over the same connection, and expects that it succeeds. */
  async function run(script: string): Promise<string> {
    const { code, stdout, stderr } = await connection.run(script, { timeoutMs: 60_000 })
    expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
    return stdout.toString()
  }

  /** Lists all files that may have changed: path, type, mode, owner, mtime in whole seconds, and hash. */
  async function tree(): Promise<string> {
    return run(`
      for top in /etc/kubernetes /t /dev/shm; do
        find "$top" -exec stat -c '%n|%F|%a|%u:%g' {} +
        find "$top" -type f -exec stat -c '%n|%Y' {} + -exec sha256sum {} +
      done | sort`)
  }

  beforeEach(async () => {
    id = transactionId(new Date())
    await run(`
      rm -rf /etc/kubernetes /t ${transactionsFolder} /canary; find /dev/shm -mindepth 1 -exec rm -rf {} +
      mkdir -p /etc/kubernetes/manifests /t
      printf old >${manifest}; chmod 600 ${manifest}; touch -d @1700000000 ${manifest}
      printf policy >/etc/kubernetes/policy; chmod 640 /etc/kubernetes/policy; chown 1:2 /etc/kubernetes/policy
      touch -d @1600000000 /etc/kubernetes/policy`)
  })

  afterEach(async () => {
    // Neither a success nor a failure may leave a temporary file, or anything but the manifest in the manifests folder.
    expect(await run(`find /etc /t /dev/shm /var/lib -name '.planewright*'`)).toBe('')
    expect(await run('ls -A /etc/kubernetes/manifests')).toBe('kube-apiserver.yaml\n')
    expect(await run('ls / | grep canary || true')).toBe('')
  })

  test('performs, and undoes byte for byte with mode, owner and times; twice does no harm', async () => {
    const before = await tree()
    const changes = [
      directoryChange('/t/a/b/c', null, 0o755),
      directoryChange('/etc/kubernetes', { mode: 0o755, owner: 0, group: 0 }, 0o700),
      fileChange('/t/a/b/c/new', null, state('no final newline', 0o640, 5, 6)),
      fileChange('/etc/kubernetes/policy', state('policy'), state('ü\n\n', 0o400, 7, 8)),
      manifestChange('old', 'new\n'),
    ]
    expect(await perform(connection, id, changes)).toMatchObject({ state: 'serving' })
    expect(await run(`stat -c '%n %a %u:%g' /t/a /t/a/b /t/a/b/c /etc/kubernetes`)).toBe(
      '/t/a 755 0:0\n/t/a/b 755 0:0\n/t/a/b/c 755 3:4\n/etc/kubernetes 700 3:4\n',
    )
    expect(
      await run(
        `cd /etc/kubernetes; stat -c '%a %u:%g' /t/a/b/c/new policy ${manifest}; cat /t/a/b/c/new policy`,
      ),
    ).toBe('640 5:6\n400 7:8\n600 0:0\nno final newlineü\n\n')
    expect(await run(`stat -c %a ${transactionsFolder} ${transactionsFolder}/${id}`)).toBe('700\n700\n')
    const performed = await tree()

    expect(await cancel(connection, id, 'a test')).toMatchObject({
      state: 'undone',
      reason: { code: 'withdrawn', words: 'a test' },
      open: false,
    })
    expect(await tree()).toBe(before)

    const again = transactionId(new Date())
    await perform(connection, again, changes)
    expect(await confirm(connection, again)).toMatchObject({ state: 'confirmed', open: false })
    expect((await tree()).replaceAll(/\|\d{10}$/gm, '')).toBe(performed.replaceAll(/\|\d{10}$/gm, ''))
  })

  test('an undo leaves alone what others have put into a new directory', async () => {
    const changes = [directoryChange('/t/a/b', null, 0o755)]
    await perform(connection, id, changes)
    await run('echo theirs >/t/a/theirs')
    await cancel(connection, id, 'a test')
    expect(await run('find /t | sort')).toBe('/t\n/t/a\n/t/a/theirs\n')
  })

  test('refuses a file that was edited since the survey, shows both versions, and writes nothing', async () => {
    await run(`printf 'edited\\n' >${manifest}`)
    const before = await tree()
    const changes = [
      directoryChange('/t/a', null, 0o755),
      fileChange('/etc/kubernetes/policy', state('policy'), state('new')),
      manifestChange('old', 'new'),
    ]
    const error = await refusal(stage(connection, transaction(id, changes)))
    expect(error).toMatchObject({ code: 'precondition', where: { path: manifest } })
    expect(error.why?.split('\n')).toEqual(expect.arrayContaining(['-old', '+edited']))
    expect(await tree()).toBe(before)
    expect(
      await run(`find ${transactionsFolder} -mindepth 1 -type d; ls ${transactionsFolder}/open 2>&1 || true`),
    ).toMatch(/^ls: .*No such file/)
  })

  test.each<{ name: string; prepare: string; change: FileChange | DirectoryChange; why: RegExp }>([
    {
      name: 'a file that is gone',
      prepare: 'rm /etc/kubernetes/policy',
      change: fileChange('/etc/kubernetes/policy', state('policy'), state('new')),
      why: /^it is no longer there$/,
    },
    {
      name: 'a file that is a directory now',
      prepare: 'rm /etc/kubernetes/policy; mkdir /etc/kubernetes/policy',
      change: fileChange('/etc/kubernetes/policy', state('policy'), state('new')),
      why: /^something else stands there now$/,
    },
    {
      name: 'a file that is a link to the same content now',
      prepare: 'mv /etc/kubernetes/policy /t/; ln -s /t/policy /etc/kubernetes/policy',
      change: fileChange('/etc/kubernetes/policy', state('policy'), state('new')),
      why: /^something else stands there now$/,
    },
    {
      name: 'a file where there was none',
      prepare: 'printf theirs >/t/new',
      change: fileChange('/t/new', null, state('ours')),
      why: /^\+theirs$/m,
    },
    {
      name: 'a dangling link where there was nothing',
      prepare: 'ln -s /nowhere /t/new',
      change: fileChange('/t/new', null, state('ours')),
      why: /^something else stands there now$/,
    },
    {
      name: 'a directory that is gone',
      prepare: 'true',
      change: directoryChange('/t/d', { mode: 0o700, owner: 0, group: 0 }, 0o755),
      why: /^it is no longer there$/,
    },
    {
      name: 'a file where a directory should be made',
      prepare: 'printf theirs >/t/d',
      change: directoryChange('/t/d', null, 0o755),
      why: /^something else stands there now$/,
    },
  ])('$name is refused', async ({ prepare, change, why }) => {
    await run(prepare)
    const before = await tree()
    const error = await refusal(stage(connection, transaction(id, [manifestChange('old', 'new'), change])))
    expect(error).toMatchObject({ code: 'precondition', where: { path: change.path } })
    expect(error.why).toMatch(why)
    expect(await tree()).toBe(before)
  })

  test('a secret is not shown when it was edited', async () => {
    await run('printf their-secret >/etc/kubernetes/policy')
    const change = {
      ...fileChange('/etc/kubernetes/policy', state('our-secret'), state('new')),
      sensitive: true,
    }
    const error = await refusal(stage(connection, transaction(id, [change])))
    expect(JSON.stringify([error, error.message])).not.toContain('secret')
    expect(error.code).toBe('precondition')
  })

  test('two changes of one file, and of one directory, are one after the other', async () => {
    const before = await tree()
    const changes = [
      directoryChange('/t/d', null, 0o700),
      directoryChange('/t/d', { mode: 0o700, owner: 3, group: 4 }, 0o755),
      fileChange('/t/d/f', null, state('one')),
      fileChange('/t/d/f', state('one'), state('two')),
      manifestChange('old', 'new'),
      manifestChange('new', 'newer'),
    ]
    await perform(connection, id, changes)
    expect(await run(`cat /t/d/f ${manifest}; stat -c %a /t/d`)).toBe('twonewer755\n')
    await cancel(connection, id, 'a test')
    expect(await tree()).toBe(before)
  })

  test('a directory that was made since the survey gets its mode and owner, and an undo takes them back', async () => {
    await run('mkdir -p -m 711 /t/a; chown 9:9 /t/a')
    const before = await tree()
    const changes = [directoryChange('/t/a', null, 0o755)]
    await perform(connection, id, changes)
    expect(await run(`stat -c '%a %u:%g' /t/a`)).toBe('755 3:4\n')
    await cancel(connection, id, 'a test')
    expect(await tree()).toBe(before)
  })

  test.each([
    ['a full disk', '/dev/shm/f', 'x'.repeat(200_000)],
    ['a read-only filesystem', '/sys/f', 'x'],
    ['a folder that is not there', '/t/none/f', 'x'],
  ])('%s: what was written is undone', async (_name, path, content) => {
    if (path.startsWith('/dev/shm')) {
      await run(`printf kept >${path}; dd if=/dev/zero of=/dev/shm/full bs=64k 2>/dev/null || true`)
      await run(`printf x >>/dev/shm/full 2>/dev/null && exit 1; df /dev/shm >/dev/null`)
    }
    const before = await tree()
    const known = path.startsWith('/dev/shm') ? state('kept', 0o644) : null
    const changes = [
      directoryChange('/t/a/b', null, 0o755),
      manifestChange('old', 'new'),
      fileChange(path, known, state(content)),
      fileChange('/etc/kubernetes/policy', state('policy'), state('never')),
    ]
    // Staging refuses what it can detect. The guard undoes the rest.
    const outcome = await perform(connection, id, changes).catch((thrown: unknown) =>
      toPlanewrightError(thrown),
    )
    const why = outcome instanceof PlanewrightError ? outcome.why : outcome.reason?.words
    expect(why).toMatch(/No space left|Read-only file system|No such file|nonexistent/i)
    expect(outcome).toMatchObject(
      outcome instanceof PlanewrightError ? { code: 'change' } : { state: 'undone', open: false },
    )
    expect(await tree()).toBe(before)
  })

  test('a directory that can be made only in part leaves nothing behind', async () => {
    const before = await tree()
    const changes = [directoryChange(`/t/a/b/${'n'.repeat(300)}`, null, 0o755)]
    const status = await perform(connection, id, changes)
    expect(status).toMatchObject({ state: 'undone', reason: { code: 'command-failed' } })
    expect(status.reason?.words).toMatch(/too long/)
    expect(await tree()).toBe(before)
  })

  test('a rename that would not be atomic is refused before anything is written', async () => {
    const before = await tree()
    const changes = [
      fileChange('/t/first', null, state('x')),
      { ...fileChange('/dev/shm/f', null, state('x')), stagedIn: '/t' },
    ]
    const error = await refusal(stage(connection, transaction(id, changes)))
    expect(error.why).toContain('different filesystems')
    expect(await tree()).toBe(before)
  })

  test('with restorecon on the host, a new file that cannot be staged is a failure', async () => {
    await run(`
      mkdir -p /usr/local/sbin; printf '#!/bin/sh\\n' >/usr/local/sbin/restorecon; chmod 755 /usr/local/sbin/restorecon`)
    try {
      const changes = [{ ...fileChange('/t/none/f', null, state('x')), stagedIn: '/t' }]
      expect(await refusal(stage(connection, transaction(id, changes)))).toMatchObject({ code: 'change' })
      await perform(connection, id, [fileChange('/t/f', null, state('x'))])
      expect(await run('cat /t/f')).toBe('x')
    } finally {
      await run('rm /usr/local/sbin/restorecon')
    }
  })

  test.each([
    ['before it was handed over', ''],
    ['before its guard was started', 'echo staged >"$transaction/state"'],
  ])('the next stage removes what a stage has left that a power cut ended %s', async (_when, handOver) => {
    const lost = transactionId(new Date(Date.UTC(2020, 1)))
    const script = stageTransactionScript(transaction(lost, [manifestChange('old', 'lost')]))
    // Everything is staged, and the guard has not begun.
    const cut = script.replace(/\nstart\s*$/, `\n${handOver}\ntrap - EXIT; exit 0`)
    expect(cut).not.toBe(script)
    await run(cut)
    const left = `find /etc/kubernetes ${transactionsFolder} -path '*${lost}*'`
    expect(await run(left)).toContain(`/etc/kubernetes/.planewright-${lost}-0`)
    await perform(connection, id, [manifestChange('old', 'new')])
    expect(await run(left)).toBe('')
    await cancel(connection, id, 'a test')
    expect(await run(`cat ${manifest}`)).toBe('old')
  })

  test('keeps ten transactions, and always the one under way, whatever the clocks say', async () => {
    for (const year of [2030, 2031, 2032, 2033, 2034, 2035, 2036, 2037, 2038, 2039, 2040]) {
      const folder = `${transactionsFolder}/${transactionId(new Date(Date.UTC(year, 1)))}`
      await run(`mkdir -p ${folder}; echo confirmed >${folder}/state`)
    }
    const changes = [manifestChange('old', 'new')]
    await perform(connection, id, changes)
    await cancel(connection, id, 'a test')
    const kept = (await run(`ls -d ${transactionsFolder}/*/`)).trim().split('\n')
    expect(kept).toContain(`${transactionsFolder}/${id}/`)
    expect(kept).toHaveLength(10)
    expect(kept.filter((name) => /\/203[01]/.test(name))).toEqual([])
    expect(await run(`cat ${manifest}`)).toBe('old')
  })

  test('keeps transactions_kept transactions: the last ones by the host’s clock, not by their names', async () => {
    const ids: string[] = []
    for (const year of [2040, 2039, 2038, 2037]) {
      const each = transactionId(new Date(Date.UTC(year, 1)))
      ids.push(each)
      const content = ids.length === 1 ? null : state(`content ${ids.length - 1}`)
      const base = transaction(each, [fileChange('/t/f', content, state(`content ${ids.length}`))])
      await stage(connection, { ...base, settings: { ...base.settings, transactions_kept: 2 } })
      await reach(connection, each)
      await confirm(connection, each)
      const history = await readHistory(connection)
      expect(history.map(({ status }) => status.id)).toEqual(ids.slice(-2))
      // The clock has whole seconds, so the next transaction must be in another second.
      await run('now=$(date +%s); while [ "$(date +%s)" = "$now" ]; do sleep 0.05; done')
    }
    expect(await run(`ls -d ${transactionsFolder}/*/ | wc -l`)).toBe('2\n')
  })

  test('only root can read the transaction’s folder, even if everybody could read the original files', async () => {
    await run(`
      mkdir -m 777 ${transactionsFolder}; chmod 644 ${manifest}
      printf secret >/etc/kubernetes/policy; chmod 666 /etc/kubernetes/policy; chown 5:5 /etc/kubernetes/policy`)
    const before = await tree()
    const open = `find ${transactionsFolder} ! '(' -type d -perm 700 -o -type f -perm 600 ')' -o ! -user 0 -o ! -group 0`
    const policy = fileChange('/etc/kubernetes/policy', state('secret'), state('new secret'))
    const changes = [
      directoryChange('/t/a', null, 0o755),
      { ...policy, sensitive: true },
      manifestChange('old', 'new'),
    ]
    await perform(connection, id, changes)
    expect(await run(open)).toBe('')
    expect(await run(`cat ${transactionsFolder}/${id}/backup/1`)).toBe('secret')
    await cancel(connection, id, 'a test')
    expect(await tree()).toBe(before)
    expect(await run(open)).toBe('')

    const again = `${id}-again`
    await perform(connection, again, changes)
    await run('printf theirs >/etc/kubernetes/policy; chmod 644 /etc/kubernetes/policy')
    await cancel(connection, again, 'a test')
    expect(await run(`cat ${transactionsFolder}/${again}/foreign/1`)).toBe('theirs')
    expect(await run(open)).toBe('')
  })

  // busybox's shell has cat built in, so the test cannot replace it by a program that looks.
  const hasProgram = userland.coreutils === 'gnu'
  const title = 'a secret is readable for nobody, even while it is written over what everybody could read'
  test.runIf(hasProgram)(`${title} (seen where cat is a program)`, async () => {
    await run('chmod 666 /etc/kubernetes/policy; chown 5:5 /etc/kubernetes/policy')
    // A cat that records the mode and owner of its target before it writes the first byte.
    await run(`mkdir -p /usr/local/sbin; cat=$(command -v cat)
      printf '#!/bin/sh\nstat -L -c "%%a %%u:%%g" /proc/self/fd/1 >>/t/seen\nexec '"$cat"' "$@"\n' >/usr/local/sbin/cat
      chmod 755 /usr/local/sbin/cat`)
    try {
      const change = fileChange('/etc/kubernetes/policy', state('policy'), state('new secret'))
      const script = stageTransactionScript(transaction(id, [change]))
      const { code } = await connection.run(`PATH=/usr/local/sbin:$PATH\n${script}`, { timeoutMs: 60_000 })
      expect(code).toBe(0)
      await reach(connection, id)
      const seen = (await run('grep -v "^[0-9]* [0-9]*:[0-9]*$" /t/seen; sort -u /t/seen')).trim()
      expect(seen.split('\n')).toContain('600 0:0')
      expect(seen).not.toMatch(/666|5:5/)
    } finally {
      await run('rm /usr/local/sbin/cat')
    }
    await cancel(connection, id, 'a test')
  })

  test('refuses a content that did not arrive as it was sent, and writes nothing', async () => {
    const before = await tree()
    const change = fileChange('/etc/kubernetes/policy', state('policy'), {
      ...state('new'),
      content: 'other',
    })
    const error = await refusal(stage(connection, transaction(id, [change])))
    expect(error).toMatchObject({
      code: 'change',
      why: 'the content of change 0 did not arrive as it was sent',
    })
    expect(await tree()).toBe(before)
  })

  describe('a guard without its controller', () => {
    const changes = [
      directoryChange('/t/a', null, 0o755),
      fileChange('/etc/kubernetes/policy', state('policy'), state('new')),
      manifestChange('old', 'new'),
    ]

    /** Prints the guard's pid. It leaves out the guard's subshells, which have the same command line. */
    const guard = () =>
      run(`is_guard() {
        [ "$(tr '\\0' ' ' 2>/dev/null <"$1/cmdline")" = "/bin/sh ${transactionsFolder}/${id}/guard " ]
      }
      for process in /proc/[0-9]*; do
        is_guard "$process" || continue
        parent=$(sed -n 's/^PPid:[[:space:]]*//p' 2>/dev/null <"$process/status")
        is_guard "/proc/$parent" || echo "\${process#/proc/}"
      done`)

    test('undoes when nobody confirms in time', async () => {
      const before = await tree()
      await stage(connection, transaction(id, changes, 1))
      expect(await reach(connection, id)).toMatchObject({ state: 'serving' })
      const last: TransactionStatus[] = []
      for await (const status of follow(connection, id, 'confirmed')) last.push(status)
      const reason = { code: 'unconfirmed', words: 'nobody confirmed it within 1 s' }
      expect(last.at(-1)).toMatchObject({ state: 'undone', reason })
      expect(await tree()).toBe(before)
    })

    test('refuses a second transaction, and says who holds the host', async () => {
      await perform(connection, id, changes)
      const other = transaction(transactionId(new Date()), [fileChange('/t/x', null, state('x'))])
      const error = await refusal(stage(connection, other))
      expect(error).toMatchObject({
        code: 'precondition',
        message: 'another transaction is open on this host',
      })
      expect(error.why).toMatch(/^somebody@somewhere .*holds it since 20\d\d-.*Z: a test; it is serving$/)
      expect(await run(`ls -d ${transactionsFolder}/*/ | wc -l`)).toBe('1\n')
      // The shell that staged it still runs on the host, so recover must not undo it.
      const recovered = await recover(connection).catch((thrown: unknown) => toPlanewrightError(thrown))
      expect(recovered).toMatchObject({
        code: 'precondition',
        message: 'another transaction is open on this host',
      })
      await cancel(connection, id, 'a test')
      expect(await recover(connection)).toBe(undefined)
    })

    test('is told to undo by the next run if the shell that staged the transaction is gone', async () => {
      const before = await tree()
      const first = await connectTo(sshd, userland)
      await stage(first, transaction(id, changes))
      expect(await reach(first, id)).toMatchObject({ state: 'serving' })
      await first.close()
      expect(await recover(connection)).toMatchObject({
        id,
        state: 'undone',
        reason: { code: 'unattended', words: 'whoever applied it is gone' },
      })
      expect(await tree()).toBe(before)
    })

    test.each(['staged', 'writing', 'serving', 'restoring'])(
      'a guard killed while %s: the next run undoes',
      async (held) => {
        const before = await tree()
        await run(`mkdir -p ${transactionsFolder}; echo ${held} >${transactionsFolder}/hold`)
        const first = await connectTo(sshd, userland)
        await stage(first, transaction(id, changes, held === 'restoring' ? 1 : 60))
        await run(`until grep -qx ${held} ${transactionsFolder}/${id}/state; do sleep 0.05; done`)
        const pid = (await guard()).trim()
        expect(pid).toMatch(/^\d+$/)
        await run(
          `kill -9 ${pid}; while [ -d /proc/${pid} ] && ! grep -q '^State:.Z' /proc/${pid}/status 2>/dev/null; do sleep 0.05; done`,
        )
        await first.close()
        await run(`rm ${transactionsFolder}/hold`)
        expect(await recover(connection)).toMatchObject({ id, state: 'undone', open: false })
        expect(await tree()).toBe(before)
      },
    )

    test('never begins if the shell that staged the transaction is gone before that', async () => {
      const before = await tree()
      await run(`mkdir -p ${transactionsFolder}
        setsid flock ${transactionsFolder}/guard.lock sleep 60 </dev/null >/dev/null 2>&1 &
        until ! flock -n ${transactionsFolder}/guard.lock true; do sleep 0.05; done`)
      const first = await connectTo(sshd, userland)
      await stage(first, transaction(id, changes))
      // The guard waits for the lock, and gives up.
      await run(`while pgrep -f ${id}/guard >/dev/null; do sleep 0.1; done`)
      await first.close()
      await run(`pkill -f 'flock ${transactionsFolder}/guard.lock'; pkill -x sleep || true`)
      expect(await recover(connection)).toMatchObject({
        ...{ id, state: 'undone', open: false },
        reason: { code: 'unattended', words: 'whoever applied it is gone' },
      })
      expect(await run(`cut -d ' ' -f 2 ${transactionsFolder}/${id}/journal`)).toBe('restoring\nundone\n')
      expect(await tree()).toBe(before)
    })

    test.each(['', '..', 'a/b'])('recover ignores %j as the id of the open transaction', async (name) => {
      await perform(connection, id, changes)
      await confirm(connection, id)
      await run(`printf '${name}\n' >${transactionsFolder}/open`)
      expect(await recover(connection)).toBe(undefined)
      expect(await run(`cd ${transactionsFolder}; ls; cat ${id}/state`)).toContain(id)
    })

    test('an empty record of a directory’s mode belongs to a step that has not begun', async () => {
      const change = directoryChange('/t', { mode: 0o755, owner: 0, group: 0 }, 0o700)
      const before = await tree()
      await run(`mkdir -p ${transactionsFolder}; echo writing >${transactionsFolder}/hold`)
      await stage(connection, transaction(id, [change], 1))
      await run(`until grep -qx writing ${transactionsFolder}/${id}/state; do sleep 0.05; done
        kill -9 ${(await guard()).trim()}; : >${transactionsFolder}/${id}/modes/0; rm ${transactionsFolder}/hold`)
      const last: TransactionStatus[] = []
      for await (const status of follow(connection, id, 'confirmed')) last.push(status)
      expect(last.at(-1)).toMatchObject({ state: 'undone' })
      expect(await tree()).toBe(before)
    })

    test('a guard killed while a controller follows it is started again, and undoes', async () => {
      const before = await tree()
      await perform(connection, id, changes)
      await run(`kill -9 ${(await guard()).trim()}`)
      const last: TransactionStatus[] = []
      for await (const status of follow(connection, id, 'confirmed')) last.push(status)
      expect(last.at(-1)).toMatchObject({ state: 'undone', open: false })
      const words = 'the guard was interrupted while the transaction was serving'
      expect(last.at(-1)?.reason).toEqual({ code: 'guard-interrupted', words })
      expect(await tree()).toBe(before)
    })

    test('recovers and reports a transaction of an older planewright, which has words and no codes', async () => {
      const before = await tree()
      const first = await connectTo(sshd, userland)
      await stage(first, transaction(id, changes))
      expect(await reach(first, id)).toMatchObject({ state: 'serving' })
      // The older guard had written the reason for its undo, and was then killed.
      await run(`kill -9 ${(await guard()).trim()}
        echo 'some words of old' >${transactionsFolder}/${id}/reason`)
      await first.close()
      const reason = { code: undefined, words: 'some words of old' }
      expect(await recover(connection)).toMatchObject({ id, state: 'undone', open: false, reason })
      expect(await tree()).toBe(before)
      // A transaction that failed, and had ended before this planewright came.
      await run(`cd ${transactionsFolder}/${id}; echo failed >state; echo 'not all of old' >failure`)
      const [kept] = await readHistory(connection)
      const failure = { code: undefined, words: 'not all of old' }
      expect(kept?.status).toMatchObject({ id, state: 'failed', reason, failure })
    })

    test('another person’s edit stays and is reported; the rest is undone', async () => {
      await perform(connection, id, changes)
      await run(`printf 'their policy\n' >/etc/kubernetes/policy`)
      const status = await cancel(connection, id, 'a test')
      expect(status).toMatchObject({ state: 'undone', foreign: { change: 1, content: 'their policy\n' } })
      expect(await run(`cat /etc/kubernetes/policy ${manifest}; ls /t`)).toBe('their policy\nold')
    })
  })

  test('refuses a newline in a path, and writes nothing', async () => {
    const change = fileChange('/t/name\n', null, state('content'))
    const refused = stage(connection, transaction(id, [change]))
    await expect(refused).rejects.toMatchObject({ code: 'usage' })
    expect(await run('ls -A /t')).toBe('')
  })

  test('hostile strings in paths and contents are never run', async () => {
    const hostile = fc.constantFrom(
      ...["'", '"', '$(touch canary)', '`touch canary`', ';touch canary;', '\n', '\ncanary\n', '-rf', ' '],
      ...[
        '*',
        '\\',
        '~',
        '%s',
        'ü☸',
        'END_OF_CONTENT',
        '\nEND_OF_CONTENT\ntouch canary\n',
        '&',
        '|',
        '\u001b[31m',
      ],
    )
    const name = fc.array(hostile, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''))
    // The test above covers newlines in a path, which are refused.
    const part = name
      .map((text) => text.replaceAll('/', '_').replaceAll('\n', '_'))
      .filter((text) => text !== '.' && text !== '..')
    const content = fc.oneof(name, fc.string({ unit: 'grapheme' }))
    await fc.assert(
      fc.asyncProperty(part, part, content, content, async (folder, file, one, two) => {
        const content = `${one}${two}`
        const each = transactionId(new Date())
        const path = `/t/${folder}/deep/${file}`
        const [first, second] = [state(one), state(two)]
        const made = [directoryChange(`/t/${folder}/deep`, null, 0o755), fileChange(path, null, first)]
        const replaced = [fileChange(path, first, second)]
        await perform(connection, each, made)
        await confirm(connection, each)
        expect(await run(`cat -- ${quote(path)}`)).toBe(one)
        await perform(connection, `${each}-2`, replaced)
        expect(await run(`cat -- ${quote(path)}`)).toBe(two)
        await cancel(connection, `${each}-2`, content)
        expect(await run(`cat -- ${quote(path)}`)).toBe(one)
        await run('find /t -mindepth 1 -exec rm -rf {} +')
      }),
      // hostile.ssh.test.ts has more strings. Only this test has folders and replaced files.
      { numRuns: 3 },
    )
  })
})
