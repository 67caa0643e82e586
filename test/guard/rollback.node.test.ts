import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { History } from '../../src/index.ts'
import { runPlanewright, runReport } from '../support/command.ts'
import { expectServing } from '../support/faults.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode, readCommandLine } from '../support/node.ts'

const lab = await useNodeLab()
const first = firstHost(lab)
const policy = '/etc/kubernetes/audit-policy.yaml'
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const folder = '/var/lib/planewright'

/** What a rollback must restore: all bytes, modes and owners in /etc/kubernetes, and the apiserver's flags. */
async function readState(): Promise<{ readonly files: string; readonly words: readonly string[] }> {
  const files = await onNode(
    first,
    `find /etc/kubernetes -printf '%p %y %m %U:%G %l\\n' -type f -exec sha256sum {} + | sort`,
  )
  return { files, words: await readCommandLine(first) }
}

/** The mtimes of the files that a rollback does not write. They must not change. */
function readTimes(): Promise<string> {
  return onNode(
    first,
    `find /etc/kubernetes -type f ! -path ${policy} ! -path ${manifest} -printf '%p %T@\\n' | sort`,
  )
}

type State = Awaited<ReturnType<typeof readState>>

async function expectState(state: State): Promise<void> {
  expect(await readState()).toEqual(state)
  await expectServing(first, state.words)
}

async function readHistory() {
  const { exitCode, stdout } = await runPlanewright([
    ...['history', first.name, '-i', lab.inventoryFile, '--output', 'json'],
  ])
  const [host] = History.parse(JSON.parse(stdout)).hosts
  expect({ exitCode, error: host?.error }).toEqual({ exitCode: 0, error: null })
  return host?.transactions ?? []
}

async function lastId(): Promise<string> {
  return (await readHistory()).at(-1)?.id ?? ''
}

async function apply(...variables: readonly string[]): Promise<string> {
  const extra = variables.flatMap((variable) => ['-e', variable])
  const args = ['apply', '-i', lab.inventoryFile, '-l', first.name, ...extra]
  const { exitCode, report } = await runReport(args)
  expect({ exitCode, error: report.hosts[0]?.error }).toEqual({ exitCode: 0, error: null })
  expect(report.hosts[0]?.proof).not.toBe(null)
  return lastId()
}

async function rollback(...args: readonly string[]) {
  const { exitCode, report, stderr } = await runReport([
    ...['rollback', first.name, '-i', lab.inventoryFile],
    ...args,
  ])
  return { exitCode, outcome: report.hosts[0], error: report.error, stderr }
}

/** Rolls back, and returns the log file that had the proof. Undefined if there was nothing to prove. */
async function expectRolledBack(...args: readonly string[]): Promise<string | undefined> {
  const { exitCode, outcome } = await rollback(...args)
  expect({ exitCode, error: outcome?.error }).toEqual({ exitCode: 0, error: null })
  expect(outcome?.status).toBe('changed')
  return outcome?.proof?.logFile
}

const log = '/var/log/kubernetes/audit/audit.log'
const otherLog = '/var/log/kubernetes/audit-elsewhere/audit.log'
const age = 'audit_log_maxage=7'
const namespaces = '{"audit_policy_namespaces": ["kube-system", "default"]}'
const elsewhere = `audit_log_path=${otherLog}`

/** The state before the first apply and after each one, and the ids of the transactions between them. */
const states: State[] = []
const ids: string[] = []

function stateOf(index: number): State {
  const state = states[index]
  if (state === undefined) throw new Error(`there is no state ${index}`)
  return state
}

beforeAll(async () => {
  const variables = [[], [age], [age, namespaces], [age, namespaces, elsewhere]]
  states.push(await readState())
  for (const some of variables) {
    ids.push(await apply(...some))
    states.push(await readState())
  }
})

afterAll(() => onNode(first, `rm -rf /var/log/kubernetes/audit-elsewhere`))

test('the applies differ from each other', () => {
  expect(new Set(states.map(({ files }) => files)).size).toBe(5)
  expect(new Set(states.map(({ words }) => words.join(' '))).size).toBe(4)
  expect(new Set(ids).size).toBe(4)
})

describe('back, step by step', () => {
  test('a rollback of the last apply returns to the old log path, with the proof in the old log', async () => {
    const times = await readTimes()
    const start = (await onNode(first, 'date +%s')).trim()
    expect(await expectRolledBack()).toBe(log)
    await expectState(stateOf(3))
    // A rollback restores content, mode and owner. A written file gets a new mtime; no other mtime changes.
    expect(await readTimes()).toBe(times)
    const written = await onNode(first, `find /etc/kubernetes -type f -newermt @$((${start} - 1))`)
    expect(written.trim().split('\n').toSorted()).toEqual([manifest])
  })

  test('history lists the applies and the rollback, as text and as JSON', async () => {
    const history = await readHistory()
    expect(history.map(({ id }) => id).slice(0, 4)).toEqual(ids)
    expect(history.map(({ state, open }) => ({ state, open }))).toEqual(
      history.map(() => ({ state: 'confirmed', open: false })),
    )
    const last = history.at(-1)
    expect(last).toMatchObject({
      who: expect.stringMatching(/^.+@.+$/) as string,
      from: expect.stringMatching(/^[0-9a-f.:]+$/) as string,
      since: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      what: `rollback to before ${ids[3] ?? ''}`,
      changes: [{ kind: 'file', path: manifest, action: 'changed' }],
    })
    expect(history[0]?.changes).toContainEqual({ kind: 'file', path: policy, action: 'made' })

    const { stdout, stderr } = await runPlanewright(['history', first.name, '-i', lab.inventoryFile])
    expect(stderr).toBe('')
    for (const { id, who, since, what } of history) {
      for (const words of [id, who, since, what]) expect(stdout).toContain(words)
    }
    expect(stdout).toContain(`~ file ${manifest}`)
  })

  test('a rollback of the rollback makes the change again', async () => {
    expect(await expectRolledBack()).toBe(otherLog)
    await expectState(stateOf(4))
  })

  test('a rollback to before an apply in the middle goes back over both rollbacks', async () => {
    expect(await expectRolledBack('--to', ids[2] ?? '')).toBe(log)
    await expectState(stateOf(2))
  })

  test('a rollback to before the first apply leaves no auditing, and so has no proof', async () => {
    expect(await expectRolledBack('--to', ids[0] ?? '')).toBe(undefined)
    await expectState(stateOf(0))
    expect(stateOf(0).words.filter((word) => word.includes('audit'))).toEqual([])
    expect((await readHistory()).at(-1)?.changes).toContainEqual({
      ...{ kind: 'file', path: policy, action: 'removed' },
    })
  })

  test('the same rollback again finds nothing to do, and says so', async () => {
    const before = await readState()
    const { exitCode, outcome, stderr } = await rollback('--to', ids[0] ?? '')
    expect({ exitCode, status: outcome?.status, changes: outcome?.changes }).toEqual({
      ...{ exitCode: 0, status: 'ok', changes: [] },
    })
    expect(stderr).toContain(`all is as it was before ${ids[0] ?? ''}`)
    expect(await readState()).toEqual(before)
  })
})

describe('a rollback is refused and writes nothing', () => {
  /** Runs a rollback that must be refused, and returns its error. */
  async function refused(...args: readonly string[]) {
    const [before, history] = [await readState(), await readHistory()]
    const { exitCode, outcome } = await rollback(...args)
    expect(exitCode).toBe(1)
    expect(outcome?.status).toBe('failed')
    expect(await readState()).toEqual(before)
    expect(await readHistory()).toEqual(history)
    return outcome?.error
  }

  let latest = ''

  beforeAll(async () => {
    // The tests above have removed auditing, so apply it again.
    latest = await apply()
  })

  test('for an ID that the host does not have', async () => {
    const error = await refused('--to', '20200101T000000000Z-abcdef')
    expect(error).toMatchObject({
      code: 'host',
      what: expect.stringContaining('no confirmed transaction 20200101T000000000Z-abcdef is kept') as string,
      remedy: expect.stringContaining('planewright history') as string,
    })
  })

  test('for a malformed ID, and for an ID with several hosts, before it asks any host', async () => {
    const inventory = ['-i', lab.inventoryFile]
    const odd = await runPlanewright(['rollback', first.name, '--to', '$(touch /canary)', ...inventory])
    expect({ exitCode: odd.exitCode, stdout: odd.stdout }).toEqual({ exitCode: 64, stdout: '' })
    expect(odd.stderr).toContain('It has to be an ID')
    // A second inventory with a host that cannot be reached.
    const other = await mkdtemp(path.join(tmpdir(), 'planewright-'))
    onTestFinished(() => rm(other, { recursive: true }))
    const file = path.join(other, 'hosts.yaml')
    await writeFile(file, 'all: { children: { kube_control_plane: { hosts: { absent: } } } }\n')
    const several = await runReport(['rollback', 'all', '--to', latest, ...inventory, '-i', file])
    expect(several).toMatchObject({ exitCode: 64, report: { hosts: [], error: { code: 'usage' } } })
    expect(several.report.error?.what).toContain('--to is for a transaction of one host')
  })

  test('for a file that somebody edited since, with the diff', async () => {
    await onNode(first, `echo '# kept by the platform team' >>${policy}`)
    const error = await refused()
    expect(error).toMatchObject({ code: 'precondition', where: { path: policy } })
    expect(error?.why?.split('\n').filter((line) => /^[+-][^+-]/.test(line))).toEqual([
      '+# kept by the platform team',
    ])
    await onNode(first, `sed -i '$d' ${policy}`)
  })

  test('for a transaction that transactions_kept has removed', async () => {
    await apply(namespaces, 'transactions_kept=1')
    expect((await readHistory()).length).toBe(1)
    const error = await refused('--to', latest)
    expect(error?.what).toContain(`no confirmed transaction ${latest} is kept`)
  })

  test('for a file that somebody removed since, with the path of its backup', async () => {
    await onNode(first, `mv ${policy} /var/tmp/policy`)
    const error = await refused()
    expect(error).toMatchObject({ code: 'precondition', why: 'it is no longer there' })
    expect(error?.remedy).toContain(`is kept in ${folder}/${await lastId()}/backup/`)
    await onNode(first, `mv /var/tmp/policy ${policy}`)
  })

  test('for a backup whose content has changed', async () => {
    const last = await lastId()
    await onNode(first, `for backup in ${folder}/${last}/backup/*; do echo >>"$backup"; done`)
    const error = await refused()
    expect(error).toMatchObject({ code: 'host', why: 'its content is another one' })
    expect(error?.what).toContain('is not what it was')
  })
})
