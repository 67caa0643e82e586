import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Connection } from '../../src/connection/connection.ts'
import { follow, stage } from '../../src/guard/guard.ts'
import type { TransactionStatus, TransactionState } from '../../src/guard/transaction-status.ts'
import { transactionId } from '../../src/guard/transaction-id.ts'
import { transactionsFolder } from '../../src/guard/transaction.ts'
import { sha256 } from '../../src/host/answer.ts'
import { codeBlocks, readText } from '../docs/document.ts'
import { connectTo, describeUserlands } from '../support/shells.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'

/** The commands for a host in docs/transactions.md, in their order. */
const [look = '', toConfirm = '', toUndo = '', putBack = ''] = codeBlocks(
  readText('docs/transactions.md'),
  'sh',
)
const file = '/etc/kubernetes/policy'
const settings = { restart: 'swift', restart_drain: 5, confirm_timeout: 60, transactions_kept: 10 } as const

function state(content: string, mode: number) {
  return { content, sha256: sha256(content), mode, owner: 1, group: 2 }
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

  async function run(script: string): Promise<string> {
    const { code, stdout, stderr } = await connection.run(script, { timeoutMs: 60_000 })
    expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
    return stdout.toString()
  }

  async function reach(until: TransactionState): Promise<TransactionStatus | undefined> {
    let last: TransactionStatus | undefined
    for await (const status of follow(connection, id, until)) last = status
    return last
  }

  beforeEach(async () => {
    id = transactionId(new Date())
    await run(`rm -rf ${transactionsFolder}; mkdir -p /etc/kubernetes
      printf old >${file}; chmod 640 ${file}; chown 1:2 ${file}`)
    const change = {
      ...({ kind: 'file', task: 'test', path: file, sensitive: false } as const),
      differences: [{ kind: 'content' }] as const,
      ...{ before: state('old', 0o640), after: state('new', 0o600), stagedIn: '/etc/kubernetes' },
    }
    const asked = { who: 'a@b', what: 'a test', changes: [change], restart: undefined, settings }
    await stage(connection, { id, ...asked })
    expect(await reach('serving')).toMatchObject({ state: 'serving' })
  })

  afterEach(async () => {
    expect(await run(`ls -A /etc/kubernetes; ls ${transactionsFolder} | grep -x open || true`)).toBe(
      'policy\n',
    )
  })

  test('to look at a transaction and to confirm it', async () => {
    expect(await run(look)).toMatch(new RegExp(`^${id}\n== state\nserving\n== journal\n`))
    await run(toConfirm)
    expect(await reach('confirmed')).toMatchObject({ state: 'confirmed', open: false })
    expect(await run(look)).toMatch(/^no transaction is open\n== state\nconfirmed\n/)
    expect(await run(`cat ${file}`)).toBe('new')
  })

  test('to have a transaction undone', async () => {
    await run(toUndo)
    expect(await reach('confirmed')).toMatchObject({
      ...{ state: 'undone', open: false },
      reason: { code: 'canceled', words: 'undone by hand' },
    })
    expect(await run(`cat ${file}`)).toBe('old')
  })

  test('to put a file back', async () => {
    await run(toConfirm)
    await reach('confirmed')
    await run(`id=${id} number=0\n${putBack}`)
    expect(await run(`cat ${file}; stat -c ' %a %u:%g' ${file}`)).toBe('old 640 1:2\n')
  })
})
