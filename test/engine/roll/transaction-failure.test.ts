import { expect, test } from 'vitest'
import { transactionFailure } from '../../../src/engine/roll/transaction-failure.ts'
import type { TransactionStatus } from '../../../src/guard/transaction-status.ts'
import type { Transaction } from '../../../src/guard/transaction.ts'
import { guardFunctions } from '../../support/guard-script.ts'

const transaction = { changes: [], restart: undefined } as unknown as Transaction

function remedyFor(reason: string): string | undefined {
  const status = { id: 'ID', state: 'undone', reason } as unknown as TransactionStatus
  return transactionFailure(status, transaction, 'serving').remedy
}

test('more time is the remedy where nobody confirmed in time, in the words of the guard', () => {
  const [, words = ''] =
    /reason="(nobody confirmed it within \$confirm_timeout s)"/.exec(guardFunctions) ?? []
  expect(remedyFor(words)).toContain('confirm_timeout')
})

test.each([
  'the guard was interrupted while the transaction was serving',
  'the new kube-apiserver does not stay up: its container ended with exit code 1',
])('and not where %s', (reason) => {
  expect(remedyFor(reason)).not.toContain('confirm_timeout')
})
