import { expect, test } from 'vitest'
import { withReason } from '../../../src/engine/roll/progress.ts'
import { transactionFailure } from '../../../src/engine/roll/transaction-failure.ts'
import { PlanewrightError } from '../../../src/error.ts'
import type { Reason } from '../../../src/guard/reason.ts'
import type { TransactionStatus } from '../../../src/guard/transaction-status.ts'
import type { Transaction } from '../../../src/guard/transaction.ts'

const transaction = { changes: [], restart: undefined } as unknown as Transaction

function undone(reason: Reason | undefined): TransactionStatus {
  return { id: 'ID', state: 'undone', reason } as unknown as TransactionStatus
}

test.each<[Reason['code'], boolean]>([
  ['unconfirmed', true],
  ['guard-interrupted', false],
  ['crashed', false],
  // A guard of an older planewright gives no code.
  [undefined, false],
])('the remedy for the reason %s is more time: %s', (code, isMoreTime) => {
  const error = transactionFailure(undone({ code, words: 'x' }), transaction, 'serving')
  expect(error).toMatchObject({ code: 'restart', message: 'x', reasonCode: code })
  expect(error.remedy?.includes('confirm_timeout')).toBe(isMoreTime)
})

test.each(['staged', 'writing'] as const)('%s: the changes could not be written', (reached) => {
  const reason = { code: 'command-failed', words: 'no space' } as const
  const error = transactionFailure(undone(reason), transaction, reached)
  expect(error).toMatchObject({ code: 'change', reasonCode: 'command-failed', why: 'no space' })
})

const restart = (reasonCode?: 'crashed') =>
  new PlanewrightError('restart', 'it does not stay up', { reasonCode, why: 'its last words' })

test.each<[string, PlanewrightError, Reason | undefined, Partial<PlanewrightError>]>([
  ['none is known', restart(), undefined, { message: 'it does not stay up', why: 'its last words' }],
  [
    'it is our own',
    restart(),
    { code: 'withdrawn', words: 'it does not stay up' },
    { message: 'it does not stay up', why: 'its last words' },
  ],
  [
    'both saw the same, and the guard knows the exit code',
    restart('crashed'),
    { code: 'crashed', words: 'it does not stay up: exit code 1' },
    { message: 'it does not stay up: exit code 1', why: 'its last words' },
  ],
  [
    'it is another one',
    restart('crashed'),
    { code: 'unconfirmed', words: 'nobody confirmed it' },
    { message: 'it does not stay up', why: 'the guard undid it: nobody confirmed it\nits last words' },
  ],
  [
    'the same words of a person by hand are theirs',
    restart(),
    { code: 'canceled', words: 'it does not stay up' },
    { message: 'it does not stay up', why: 'the guard undid it: it does not stay up\nits last words' },
  ],
  [
    'the error is none of a restart, and has the reason in its why',
    new PlanewrightError('change', 'not written', { reasonCode: 'command-failed', why: 'no space' }),
    { code: 'command-failed', words: 'no space' },
    { message: 'not written', why: 'no space' },
  ],
])('the guard’s reason, where %s', (_name, error, reason, wanted) => {
  expect(withReason(error, undone(reason))).toMatchObject({ code: error.code, ...wanted })
})
