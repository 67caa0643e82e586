import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Connection } from '../../../src/connection/connection.ts'
import { connectSsh } from '../../../src/connection/ssh.ts'
import { makeTransaction } from '../../../src/engine/roll/make-transaction.ts'
import { mergeRestarts } from '../../../src/engine/roll/restart-component.ts'
import { planRollback } from '../../../src/engine/rollback/rollback.ts'
import type { SurveyedHost } from '../../../src/engine/values/surveyed-host.ts'
import { PlanewrightError } from '../../../src/error.ts'
import { confirm, follow, stage } from '../../../src/guard/guard.ts'
import { transactionsFolder } from '../../../src/guard/transaction.ts'
import { sha256 } from '../../../src/host/answer.ts'
import type { Change, FileChange } from '../../../src/host/change.ts'
import { startSshd, type Sshd } from '../../support/sshd.ts'

const settings = {
  restart: 'patient',
  restart_drain: 5,
  confirm_timeout: 60,
  transactions_kept: 10,
} as const

let sshd: Sshd
let connection: Connection

beforeAll(async () => {
  sshd = await startSshd({ name: 'cp1' })
  connection = await connectSsh(sshd.target('root'), { readyTimeoutMs: 30_000 })
})

afterAll(async () => {
  await connection.close()
  await sshd.stop()
})

async function run(script: string): Promise<string> {
  const { code, stdout, stderr } = await connection.run(script, { timeoutMs: 60_000 })
  expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
  return stdout.toString()
}

beforeEach(() => run(`rm -rf /t ${transactionsFolder}; mkdir /t`))

function host(): SurveyedHost {
  const none = new Map()
  return {
    name: 'cp1',
    target: sshd.target('root'),
    groups: [],
    variables: {},
    params: none,
    templates: none,
    identity: { fact: 'identity', uid: 0, now: 0 },
    cluster: undefined,
    kubelet: false,
    open: undefined,
    recovered: undefined,
    gathered: none,
  }
}

/** A change that makes a file, or replaces it if it had a hash before. */
function write(path: string, before: string | null, content: string, changes: Partial<FileChange> = {}) {
  const state = { mode: 0o600, owner: 0, group: 0 }
  const old = before === null ? null : { ...state, content: '', sha256: before }
  const after = { ...state, content, sha256: sha256(content) }
  const base = {
    kind: 'file',
    task: 'test',
    path,
    differences: [{ kind: 'content' }],
    sensitive: false,
    stagedIn: '/t',
  } as const
  return { ...base, before: old, after, ...changes }
}

/** Performs and confirms changes, and returns the id of their transaction. */
async function perform(changes: readonly Change[]): Promise<string> {
  const { name, target, cluster, kubelet } = host()
  const plan = {
    host: name,
    address: target.address,
    cluster,
    kubelet,
    changes,
    provable: null,
    warnings: [],
  }
  const transaction = makeTransaction(plan, undefined, settings)
  await stage(connection, transaction)
  for await (const { state } of follow(connection, transaction.id, 'serving'))
    expect(state).not.toBe('undone')
  expect(await confirm(connection, transaction.id)).toMatchObject({ state: 'confirmed' })
  return transaction.id
}

const planBack = (to?: string) => planRollback(connection, host(), to)

async function refusal(to?: string): Promise<unknown> {
  return planBack(to).then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('restores a file in another encoding byte for byte, with mode and owner', async () => {
  await run(`printf '\\377\\376caf\\351\\n' >/t/f; chmod 4751 /t/f; chown 7:8 /t/f; chmod 4751 /t/f`)
  const state = () => run(`base64 /t/f; stat -c '%a %u:%g' /t/f`)
  const before = await state()
  await perform([write('/t/f', (await run('sha256sum /t/f')).split(' ')[0] ?? '', 'new')])
  expect(await state()).not.toBe(before)
  const { plan, planAgain } = await planBack()
  await perform(plan.changes)
  expect(await state()).toBe(before)
  expect((await planAgain()).changes).toEqual([])
})

test('restores a directory’s mode and owner; a new directory stays, and a warning names it', async () => {
  await run('mkdir -m 711 /t/old; chown 5:6 /t/old')
  const after = { mode: 0o755, owner: 0, group: 0 }
  const base = { kind: 'directory', task: 'test', differences: [{ kind: 'content' }], after } as const
  await perform([
    { ...base, path: '/t/old', before: { mode: 0o711, owner: 5, group: 6 } },
    { ...base, path: '/t/made', before: null },
  ])
  const { plan, planAgain } = await planBack()
  expect(plan.changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['directory /t/old'])
  expect(plan.warnings).toEqual(['/t/made was not there, and stays: it may hold logs'])
  await perform(plan.changes)
  expect(await run(`stat -c '%n %a %u:%g' /t/old /t/made`)).toBe('/t/old 711 5:6\n/t/made 755 0:0\n')
  expect((await planAgain()).changes).toEqual([])
})

test('over several transactions, restores each file to before the first of them', async () => {
  const first = await perform([write('/t/one', null, 'a')])
  await perform([write('/t/one', sha256('a'), 'b'), write('/t/two', null, 'c')])
  await perform([write('/t/two', sha256('c'), 'd')])
  const { plan } = await planBack(first)
  expect(plan.changes.map(({ kind, path }) => `${kind} ${path}`).toSorted()).toEqual([
    'removal /t/one',
    'removal /t/two',
  ])
  await perform(plan.changes)
  expect(await run('ls -A /t')).toBe('')
})

test('says so if there is nothing to roll back', async () => {
  const id = await perform([write('/t/one', null, 'a')])
  await run('rm /t/one')
  const { plan } = await planBack()
  expect(plan.changes).toEqual([])
  expect(plan.warnings).toEqual([
    `all is as it was before ${id}: to go back further, name an earlier one with --to`,
  ])
})

test('refuses if somebody edited a secret, and does not show the content', async () => {
  await perform([write('/t/one', null, 'our secret', { sensitive: true })])
  await run('printf "their secret" >/t/one')
  const error = await refusal()
  expect(error).toMatchObject({ code: 'precondition', where: { path: '/t/one' } })
  const { message, why, remedy } = error as PlanewrightError
  expect([message, why, remedy].join()).not.toContain('secret')
  expect(await run('cat /t/one')).toBe('their secret')
})

test('refuses two static pods in one rollback, as apply does', async () => {
  const pod = (name: string, flag: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {containers: [{name: ${name}, command: [${name}, --v=${flag}]}]}\n`
  const ids: string[] = []
  for (const name of ['etcd', 'kube-scheduler']) {
    const path = `/t/${name}.yaml`
    await run(`cat >${path} <<'END'\n${pod(name, '1')}END`)
    const id = await perform([write(path, sha256(pod(name, '1')), pod(name, '2'))])
    // The record of a restart, written by hand, because nothing on this host restarts.
    await run(`echo "component=${name} manifest=0" >${transactionsFolder}/${id}/restart`)
    ids.push(id)
  }
  const { plan } = await planBack(ids[0])
  const restarts = plan.changes.filter((change) => change.kind === 'restart')
  expect(restarts.map(({ component, flags }) => ({ component, flags }))).toEqual([
    { component: 'kube-scheduler', flags: { v: '1' } },
    { component: 'etcd', flags: { v: '1' } },
  ])
  expect(() => mergeRestarts(restarts)).toThrow('one run can restart only one static pod')
  expect((await planBack()).plan.changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'file /t/kube-scheduler.yaml',
    'restart /t/kube-scheduler.yaml',
  ])
})

test('fails on a host without transactions', async () => {
  expect(await refusal()).toMatchObject({
    ...{ code: 'host', message: 'no transaction is kept on this host: there is nothing to roll back to' },
  })
})
