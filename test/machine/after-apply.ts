import type { Workshop } from './boot.ts'
import { describeFiles } from './description.ts'
import type { Guest } from './guest.ts'
import { judge } from './judge.ts'
import { awaitSettled, readTransaction } from './transaction.ts'

/** A machine after an apply that succeeded. */
export interface AfterApply {
  /** Its files, as {@link describeFiles} describes them. */
  readonly files: string
  /** What is not as the apply should have left it; empty if nothing is. */
  readonly problems: readonly string[]
}

/** Looks at a machine after an apply that succeeded: it has to be as wanted, and at rest. */
export async function inspectAfterApply(guest: Guest, { prepared }: Workshop): Promise<AfterApply> {
  const isSettled = await awaitSettled(guest)
  const now = await describeFiles(guest)
  const transaction = await readTransaction(guest)
  const { outcome, problems } = judge({
    ...{ before: prepared.files, now, transaction, isSettled },
    lastSeen: 'ended',
  })
  const wrong = outcome === 'as wanted' ? [] : [`after apply the host is ${outcome}`]
  return { files: JSON.stringify(now), problems: [...wrong, ...problems] }
}
