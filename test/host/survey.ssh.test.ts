import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../src/connection/connection.ts'
import { quote } from '../../src/connection/shell.ts'
import { readHost } from '../../src/host/host-reader.ts'
import { largestFile } from '../../src/host/survey-script.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'
import { connectTo, describeUserlands } from '../support/shells.ts'

/** Names and contents that a careless script would run, split, lose or take for an answer. */
const hostile = [
  "it's",
  'two words',
  ' leading and trailing ',
  '-rf',
  '--help',
  'new\nline',
  '\nleading newline',
  'trailing newline\n',
  'file L2V0Yw== absent\nend',
  '$(touch canary)',
  '`touch canary`',
  "'; touch canary; '",
  '"; touch canary; "',
  '\\',
  '\\n',
  '*',
  '[a-z]*',
  '~',
  '%s%d',
  'grüße ☸ 日本語',
  '\u001b[31mred',
  '.hidden',
  'END_OF_CONTENT',
] as const

describeUserlands((userland) => {
  let sshd: Sshd
  let connection: Connection

  beforeAll(async () => {
    sshd = await startSshd()
    connection = await connectTo(sshd, userland)
    await run('mkdir /t')
  })

  afterAll(async () => {
    await connection.close()
    await sshd.stop()
  })

  /** Runs a script over the same connection, and expects that it succeeds. */
  async function run(script: string): Promise<string> {
    const { code, stdout, stderr } = await connection.run(script, { timeoutMs: 30_000 })
    expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
    return stdout.toString()
  }

  function writing(path: string, content: Uint8Array): string {
    return `printf %s '${Buffer.from(content).toString('base64')}' | base64 -d >${quote(path)}`
  }

  test('files with hostile names and contents, one by one and as a folder', async () => {
    await run(
      ['mkdir /t/all', ...hostile.map((text) => writing(`/t/all/${text}`, Buffer.from(text)))].join('\n'),
    )
    const reader = readHost(connection)
    const [folder, ...facts] = await Promise.all([
      reader.folder('/t/all'),
      ...hostile.map((text) => reader.file(`/t/all/${text}`)),
    ])
    const wanted = hostile.map((text) => {
      const content = Buffer.from(text)
      return expect.objectContaining({ type: 'regular', path: `/t/all/${text}`, content }) as unknown
    })
    expect(facts).toEqual(wanted)
    expect(folder.entries).toHaveLength(hostile.length)
    expect(folder.entries).toEqual(expect.arrayContaining(wanted))
  })

  test('hostile names that do not exist, in folders that do not exist or are files', async () => {
    await run(writing('/t/file', Buffer.from('')))
    const reader = readHost(connection)
    const paths = hostile.flatMap((text) => [`/t/${text}`, `/nowhere/${text}`, `/t/file/${text}`])
    const facts = await Promise.all(paths.map((path) => reader.file(path)))
    expect(facts).toEqual(paths.map((path) => ({ fact: 'file', type: 'absent', path })))
  })

  test('a folder that does not exist, is empty, is a file, or has wildcards in its name', async () => {
    await run(`mkdir -p '/t/*/x' /t/empty; echo 1 >'/t/*/x/f'; echo 2 >/t/plain`)
    const reader = readHost(connection)
    const folders = await Promise.all(
      ['/t/none', '/t/empty', '/t/plain', '/t/*/x'].map((path) => reader.folder(path)),
    )
    expect(folders.map(({ entries }) => entries.map((entry) => entry.path))).toEqual([
      [],
      [],
      [],
      ['/t/*/x/f'],
    ])
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['NUL and all other bytes', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['no final newline', Buffer.from('a\nb')],
    ['many final newlines', Buffer.from('a\n\n\n\n')],
    ['no UTF-8', Buffer.from([0xff, 0xfe, 0xc3, 0x28])],
  ])('a content of %s, with its hash, mode, owner and times', async (_name, content) => {
    await run(writing('/t/content', content))
    await run('chown 12:34 /t/content; chmod 4751 /t/content; touch -d @1700000000 /t/content')
    const inode = (await run('stat -c %d:%i /t/content')).trim()
    expect(await readHost(connection).file('/t/content')).toEqual({
      fact: 'file',
      type: 'regular',
      path: '/t/content',
      mode: 0o4751,
      owner: 12,
      group: 34,
      inode,
      modified: 1_700_000_000,
      content,
      sha256: createHash('sha256').update(content).digest('hex'),
    })
  })

  test('any content', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        await run(writing('/t/any', bytes))
        expect(await readHost(connection).file('/t/any')).toMatchObject({ content: Buffer.from(bytes) })
      }),
      { numRuns: 20 },
    )
  })

  test('other types than regular files: directory, links, pipe, device', async () => {
    await run(`
      mkdir -p /t/directory; chmod 2750 /t/directory; chown 5:6 /t/directory; echo x >/t/real
      ln -sfn /t/directory /t/to-directory; ln -sf /t/real /t/to-file; ln -sf /t/none /t/dangling
      ln -sf loop /t/loop; [ -p /t/pipe ] || mkfifo /t/pipe`)
    const reader = readHost(connection)
    const names = ['directory', 'to-directory', 'to-file', 'dangling', 'loop', 'pipe']
    const facts = await Promise.all(names.map((name) => reader.file(`/t/${name}`)))
    expect(facts.map((fact) => fact.type)).toEqual([
      'directory',
      'directory',
      'other',
      'other',
      'other',
      'other',
    ])
    expect(facts[1]).toMatchObject({ path: '/t/to-directory', mode: 0o2750, owner: 5, group: 6 })
    expect(facts[2]).toMatchObject({ description: 'symbolic link' })
    expect(facts[5]).toMatchObject({ description: 'fifo' })
    expect(await reader.file('/dev/null')).toMatchObject({ type: 'other' })
  })

  test('a file that is too large or cannot be read fails only its own question', async () => {
    await run(
      `mkdir /t/large; truncate -s ${largestFile} /t/large/fits; truncate -s ${largestFile + 1} /t/large/larger`,
    )
    const reader = readHost(connection)
    const [largest, larger, folder, unreadable, loop, fine] = await Promise.allSettled([
      reader.file('/t/large/fits'),
      reader.file('/t/large/larger'),
      reader.folder('/t/large'),
      reader.file('/proc/1/mem'),
      reader.file('/t/loop/below'),
      reader.identity(),
    ])
    expect(largest.status === 'fulfilled' && largest.value.type).toBe('regular')
    expect(fine).toMatchObject({ value: { uid: 0 } })
    expect(larger).toMatchObject({
      reason: { code: 'host', message: 'cannot read /t/large/larger', why: 'larger than 4194304 bytes' },
    })
    expect(folder).toMatchObject({ reason: { code: 'host', message: 'cannot read /t/large/larger' } })
    expect(unreadable).toMatchObject({
      reason: { code: 'host', message: 'cannot read /proc/1/mem', where: { path: '/proc/1/mem' } },
    })
    expect(loop).toMatchObject({ reason: { code: 'host', message: 'cannot read /t/loop/below' } })
  })

  test('the user that planewright is on the host, and the clock', async () => {
    const before = Math.floor(Date.now() / 1000)
    const { uid, now } = await readHost(connection).identity()
    expect(uid).toBe(0)
    expect(now).toBeGreaterThanOrEqual(before - 1)
    expect(now).toBeLessThanOrEqual(Date.now() / 1000 + 1)
  })

  test('processes by name, with their arguments, their start time, and the files that they see', async () => {
    const words = ['30', '', 'two words', 'new\nline', '$(touch canary)', 'ü']
    await run(
      `cp -f "$(readlink -f "$(command -v bash)")" '/t/probe program'; mkdir -p /t/seen; echo >/t/gone`,
    )
    const started = Date.now() / 1000
    const pid = await run(
      `'/t/probe program' -c 'while :; do sleep 0.1; done' ${words.map(quote).join(' ')} >/dev/null 2>&1 & echo $!`,
    )
    try {
      const fact = await readHost(connection).processes('probe program', ['/t/seen', '/t/none'])
      expect(fact.processes).toHaveLength(1)
      const [found] = fact.processes
      expect(found?.argv).toEqual(['/t/probe program', '-c', 'while :; do sleep 0.1; done', ...words])
      expect(found?.pid).toBe(Number(pid))
      expect(Math.abs((found?.started ?? 0) - started)).toBeLessThan(3)
      const inode = (await run('stat -c %d:%i /t/seen')).trim()
      expect(found?.sees).toEqual([
        { path: '/t/seen', inode },
        { path: '/t/none', inode: undefined },
      ])
    } finally {
      await run(`kill ${Number(pid)}`)
    }
    const { processes } = await readHost(connection).processes('no such program', [])
    expect(processes).toEqual([])
  })

  test('sends any number of questions, also repeated ones, in one exchange', async () => {
    const before = connection.roundTrips
    const reader = readHost(connection)
    const ask = () => [
      reader.identity(),
      reader.file('/etc/passwd'),
      reader.folder('/t'),
      reader.processes('sshd', ['/']),
    ]
    await Promise.all([...ask(), ...ask()])
    await Promise.all(ask())
    expect(connection.roundTrips - before).toBe(1)
  })

  test('no name and no content was run', async () => {
    expect((await sshd.exec('ls /canary')).code).not.toBe(0)
  })
})
