import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connectSsh } from '../../../src/connection/ssh.ts'
import { follow, stage } from '../../../src/guard/guard.ts'
import { transactionId } from '../../../src/guard/transaction-id.ts'
import { sha256 } from '../../../src/host/answer.ts'
import {
  defineTask,
  directory,
  loadInventory,
  openSession,
  drawPlan,
  recoverOpen,
  survey,
  z,
  type Session,
  type Task,
} from '../../../src/index.ts'
import { startControlPlane, type ControlPlane } from '../../support/control-plane.ts'

const file = '/etc/kubernetes/left-open'

let host: ControlPlane

beforeAll(async () => {
  host = await startControlPlane()
})

afterAll(() => host[Symbol.asyncDispose]())

beforeEach(() => host.reset())

/** Opens a transaction that makes the file, and closes the connection, so that nobody can confirm it. */
async function leaveOpen(): Promise<string> {
  const id = transactionId(new Date())
  const connection = await connectSsh(host.sshd.target('root'), { readyTimeoutMs: 30_000 })
  const after = { content: 'new', sha256: sha256('new'), mode: 0o600, owner: 0, group: 0 }
  await stage(connection, {
    ...{ id, who: 'somebody@somewhere', what: 'a test', restart: undefined },
    changes: [
      {
        ...{
          kind: 'file',
          task: 'a test',
          path: file,
          differences: [{ kind: 'file-missing' }],
          sensitive: false,
        },
        ...{ before: null, after, stagedIn: '/etc/kubernetes' },
      },
    ],
    settings: { restart: 'swift', restart_drain: 5, confirm_timeout: 600, transactions_kept: 10 },
  })
  for await (const { state } of follow(connection, id, 'serving')) if (state === 'serving') break
  await connection.close()
  return id
}

async function open(task: Task): Promise<Session> {
  const inventory = await loadInventory({ sources: [await host.writeInventory()] })
  return openSession({ inventory, tasks: [task] })
}

/** A task that reads the file and passes its type to `think`. */
function looking(think: (type: string) => void): Task {
  return defineTask({
    name: 'looking',
    params: z.object({}),
    gather: (reader) => ({
      seen: reader.file(file).then((found) => {
        think(found.type)
        return found
      }),
      directory: reader.file('/etc/kubernetes'),
    }),
    plan: () => [directory({ path: '/etc/kubernetes', mode: 0o755 })],
  })
}

test('an open transaction is undone before the plan, and a warning of the host says so', async () => {
  const id = await leaveOpen()
  const seen: string[] = []
  await using session = await open(looking((type) => seen.push(type)))
  const recovered = await recoverOpen(session, await survey(session))
  expect(seen).toEqual(['regular', 'absent'])
  const [planned] = drawPlan(recovered).clusters[0]?.hosts ?? []
  expect(planned?.warnings).toEqual([
    expect.stringMatching(
      new RegExp(`^transaction ${id} of somebody@somewhere, open since .*Z, is now undone \\(.*gone\\)$`),
    ),
  ])
})

test('an open transaction is undone even if it is the reason why the survey fails', async () => {
  await leaveOpen()
  const refusing = looking((type) => {
    if (type === 'regular') throw new Error('what a strange file')
  })
  await using session = await open(refusing)
  const surveyed = await survey(session)
  expect(surveyed.failures[0]?.error?.message).toBe('what a strange file')
  const recovered = await recoverOpen(session, surveyed)
  expect(recovered.failures).toEqual([])
  expect(recovered.hosts.map(({ name }) => name)).toEqual(['cp1'])
})

test('a host that cannot be surveyed for another reason keeps that error', async () => {
  await using session = await open(
    looking(() => {
      throw new Error('a fault of the task')
    }),
  )
  const surveyed = await survey(session)
  expect(await recoverOpen(session, surveyed)).toEqual(surveyed)
})
