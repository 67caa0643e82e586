import type { Connection } from '../connection/connection.ts'
import { PlanewrightError } from '../error.ts'
import type { Ownership } from '../host/fact.ts'
import { historyScript } from './scripts.ts'
import { readTransactionStatus, type TransactionStatus } from './transaction-status.ts'
import { transactionsFolder } from './transaction.ts'

/** One change of a kept transaction. */
export interface KeptChange {
  readonly number: number
  readonly kind: 'file' | 'directory'
  readonly path: string
  /** Hex sha256; undefined if there was no file, and for a directory. */
  readonly before: string | undefined
  /** Hex sha256; undefined if the file was removed, and for a directory. */
  readonly after: string | undefined
  /** Whether the transaction made the directory. */
  readonly made: boolean
  readonly sensitive: boolean
  readonly stagedIn: string
  /** Mode and owner from before; undefined if nothing was there. */
  readonly had: Ownership | undefined
}

/** A transaction that a host keeps. */
export interface KeptTransaction {
  readonly status: TransactionStatus
  readonly changes: readonly KeptChange[]
  /** The program that it restarted, and the number of the change that is its manifest. */
  readonly restart: { readonly component: string; readonly manifest: number | undefined } | undefined
}

/** Milliseconds for reading some hundred small files, on a machine that may be busy. */
const timeoutMs = 60_000

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8')
}

/** Reads `644 0:0`, as stat prints it; undefined for anything else. */
function readOwnership(mode: string | undefined, owner: string | undefined): Ownership | undefined {
  const [user, group] = owner?.split(':') ?? []
  if (mode === undefined || user === undefined || group === undefined) return undefined
  return { mode: Number.parseInt(mode, 8), owner: Number(user), group: Number(group) }
}

function readChange(line: string): KeptChange {
  const [key = '', kind, before, after, secrecy, path, folder, mode, owner] = line.split(' ')
  const sum = (word: string | undefined) => (kind === 'directory' || word === '-' ? undefined : word)
  return {
    number: Number(key.replace('change-', '')),
    kind: kind === 'directory' ? 'directory' : 'file',
    path: decode(path),
    before: sum(before),
    after: sum(after),
    made: before === 'absent',
    sensitive: secrecy === 'secret',
    stagedIn: decode(folder),
    had: readOwnership(mode, owner),
  }
}

function readRestart(lines: readonly string[]): KeptTransaction['restart'] {
  const line = lines.find((candidate) => candidate.startsWith('restart '))
  if (line === undefined) return undefined
  const [, manifest = '-', component] = line.split(' ')
  return { component: decode(component), manifest: manifest === '-' ? undefined : Number(manifest) }
}

/**
 * Reads the transactions that a host keeps, the oldest first. They are sorted by the host's own clock, as
 * their names have the clocks of the controllers that applied them.
 *
 * @throws PlanewrightError `host`, `unreachable`.
 */
export async function readHistory(connection: Connection): Promise<readonly KeptTransaction[]> {
  const result = await connection.run(historyScript(), { timeoutMs })
  if (result.code !== 0) {
    throw new PlanewrightError('host', 'the transactions of the host cannot be read', {
      where: { path: transactionsFolder },
      why: result.stderr.toString('utf8').trim(),
    })
  }
  const blocks = result.stdout
    .toString('latin1')
    .split(/^end\n/m)
    .slice(0, -1)
  const history = blocks.flatMap((block) => {
    const lines = block.trim().split('\n')
    const status = readTransactionStatus(Buffer.from(block, 'latin1'))
    const changes = lines.filter((line) => line.startsWith('change-')).map(readChange)
    return status === undefined ? [] : [{ status, changes, restart: readRestart(lines) }]
  })
  return history.toSorted((one, other) => (when(one) < when(other) ? -1 : 1))
}

function when({ status: { origin, id } }: KeptTransaction): string {
  return `${origin.since} ${id}`
}
