import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../../src/connection/connection.ts'
import { quote } from '../../src/connection/shell.ts'
import { PlanewrightError } from '../../src/error.ts'
import { sha256 } from '../../src/host/answer.ts'
import type { DirectoryChange, FileChange, FileState } from '../../src/host/change.ts'
import { performChanges, transactionId, undoChanges } from '../../src/host/transaction.ts'
import { transactionsFolder } from '../../src/host/transaction-script.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'
import { connectTo, userlands } from './shells.ts'

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const task = 'test'
const differences = ['it differs']

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

/** What such a call is refused with. */
async function refusal(call: Promise<unknown>): Promise<PlanewrightError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(PlanewrightError)
  return error as PlanewrightError
}

let sshd: Sshd

beforeAll(async () => {
  sshd = await startSshd()
})

afterAll(() => sshd.stop())

describe.each(userlands)('$name', (userland) => {
  let connection: Connection
  let id: string

  beforeAll(async () => {
    connection = await connectTo(sshd, userland)
  })

  afterAll(() => connection.close())

  /** Runs a script over the same connection, which has tests of its own, and expects it to work. */
  async function run(script: string): Promise<string> {
    const { code, stdout, stderr } = await connection.run(script, { timeoutMs: 60_000 })
    expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
    return stdout.toString()
  }

  /** Everything that may have been touched: type, mode, owner, time in whole seconds, and hash, by path. */
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
    // Neither a success nor a failure leaves a temporary file, and only the manifest is ever in its folder.
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
    await performChanges(connection, id, changes)
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

    await undoChanges(connection, id, changes)
    expect(await tree()).toBe(before)
    await undoChanges(connection, id, changes)
    expect(await tree()).toBe(before)

    await performChanges(connection, transactionId(new Date()), changes)
    expect((await tree()).replaceAll(/\|\d{10}$/gm, '')).toBe(performed.replaceAll(/\|\d{10}$/gm, ''))
  })

  test('an undo leaves alone what others have put into a new directory', async () => {
    const changes = [directoryChange('/t/a/b', null, 0o755)]
    await performChanges(connection, id, changes)
    await run('echo theirs >/t/a/theirs')
    await undoChanges(connection, id, changes)
    expect(await run('find /t | sort')).toBe('/t\n/t/a\n/t/a/theirs\n')
  })

  test('what was edited since the survey is refused, with both versions, and nothing is written', async () => {
    await run(`printf 'edited\\n' >${manifest}`)
    const before = await tree()
    const changes = [
      directoryChange('/t/a', null, 0o755),
      fileChange('/etc/kubernetes/policy', state('policy'), state('new')),
      manifestChange('old', 'new'),
    ]
    const error = await refusal(performChanges(connection, id, changes))
    expect(error).toMatchObject({ code: 'precondition', where: { path: manifest } })
    expect(error.why?.split('\n')).toEqual(expect.arrayContaining(['-old', '+edited']))
    expect(await tree()).toBe(before)
    expect(await run(`ls ${transactionsFolder} 2>/dev/null || true`)).toBe('')
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
    const error = await refusal(performChanges(connection, id, [manifestChange('old', 'new'), change]))
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
    const error = await refusal(performChanges(connection, id, [change]))
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
    await performChanges(connection, id, changes)
    expect(await run(`cat /t/d/f ${manifest}; stat -c %a /t/d`)).toBe('twonewer755\n')
    await undoChanges(connection, id, changes)
    expect(await tree()).toBe(before)
  })

  test('a directory that came since the survey gets its mode and owner, and back', async () => {
    await run('mkdir -p -m 711 /t/a; chown 9:9 /t/a')
    const before = await tree()
    const changes = [directoryChange('/t/a', null, 0o755)]
    await performChanges(connection, id, changes)
    expect(await run(`stat -c '%a %u:%g' /t/a`)).toBe('755 3:4\n')
    await undoChanges(connection, id, changes)
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
    const error = await refusal(performChanges(connection, id, changes))
    expect(error.code).toBe('change')
    expect(error.why).toMatch(/No space left|Read-only file system|No such file|nonexistent/i)
    await undoChanges(connection, id, changes)
    expect(await tree()).toBe(before)
  })

  test('a directory that can be made in part only leaves no part', async () => {
    const before = await tree()
    const changes = [directoryChange(`/t/a/b/${'n'.repeat(300)}`, null, 0o755)]
    expect(await refusal(performChanges(connection, id, changes))).toMatchObject({ code: 'change' })
    await undoChanges(connection, id, changes)
    expect(await tree()).toBe(before)
  })

  test('a rename that would not be atomic is refused before anything is written', async () => {
    const before = await tree()
    const changes = [
      fileChange('/t/first', null, state('x')),
      { ...fileChange('/dev/shm/f', null, state('x')), stagedIn: '/t' },
    ]
    const error = await refusal(performChanges(connection, id, changes))
    expect(error.why).toContain('different filesystems')
    expect(await tree()).toBe(before)
  })

  test('where there is restorecon, a new file that cannot be put in place is a failure', async () => {
    await run(`
      mkdir -p /usr/local/sbin; printf '#!/bin/sh\\n' >/usr/local/sbin/restorecon; chmod 755 /usr/local/sbin/restorecon`)
    try {
      const changes = [{ ...fileChange('/t/none/f', null, state('x')), stagedIn: '/t' }]
      expect(await refusal(performChanges(connection, id, changes))).toMatchObject({ code: 'change' })
      await performChanges(connection, id, [fileChange('/t/f', null, state('x'))])
      expect(await run('cat /t/f')).toBe('x')
    } finally {
      await run('rm /usr/local/sbin/restorecon')
    }
  })

  test('ten transactions are kept, and the one under way whatever the clocks say', async () => {
    for (const year of [2030, 2031, 2032, 2033, 2034, 2035, 2036, 2037, 2038, 2039, 2040]) {
      await run(`mkdir -p ${transactionsFolder}/${transactionId(new Date(Date.UTC(year, 1)))}/backup`)
    }
    const changes = [manifestChange('old', 'new')]
    await performChanges(connection, id, changes)
    const kept = (await run(`ls ${transactionsFolder}`)).trim().split('\n')
    expect(kept).toContain(id)
    expect(kept.length).toBeLessThanOrEqual(11)
    expect(kept.filter((name) => name.startsWith('2030'))).toEqual([])
    await undoChanges(connection, id, changes)
    expect(await run(`cat ${manifest}`)).toBe('old')
  })

  test('a newline in a path is refused, and nothing is written', async () => {
    const change = fileChange('/t/name\n', null, state('content'))
    const refused = performChanges(connection, transactionId(new Date()), [change])
    await expect(refused).rejects.toMatchObject({ code: 'usage' })
    expect(await run('ls -A /t')).toBe('')
  })

  test('hostile strings in path and content are only ever that', async () => {
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
    // A newline in a path is refused, by a test of its own.
    const part = name
      .map((text) => text.replaceAll('/', '_').replaceAll('\n', '_'))
      .filter((text) => text !== '.' && text !== '..')
    const content = fc.oneof(name, fc.string({ unit: 'grapheme' }))
    await fc.assert(
      fc.asyncProperty(part, part, content, content, async (folder, file, one, two) => {
        const each = transactionId(new Date())
        const path = `/t/${folder}/deep/${file}`
        const [first, second] = [state(one), state(two)]
        const made = [directoryChange(`/t/${folder}/deep`, null, 0o755), fileChange(path, null, first)]
        const replaced = [fileChange(path, first, second)]
        await performChanges(connection, each, made)
        expect(await run(`cat -- ${quote(path)}`)).toBe(one)
        await performChanges(connection, `${each}-2`, replaced)
        expect(await run(`cat -- ${quote(path)}`)).toBe(two)
        await undoChanges(connection, `${each}-2`, replaced)
        expect(await run(`cat -- ${quote(path)}`)).toBe(one)
        await undoChanges(connection, each, made)
        expect(await run('ls -A /t')).toBe('')
      }),
      { numRuns: 8 },
    )
  })
})
