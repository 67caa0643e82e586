import { expect, test } from 'vitest'
import { afterwards, lost, type Progress } from '../../../src/engine/roll/progress.ts'
import type { Proof } from '../../../src/engine/values/proof.ts'
import { PlanewrightError } from '../../../src/error.ts'
import type { Transaction } from '../../../src/guard/transaction.ts'

const settings = { restart: 'swift', restart_drain: 5, confirm_timeout: 90, transactions_kept: 10 } as const
const open: Transaction = { id: 'ID', who: 'a@b', what: 'a test', changes: [], restart: undefined, settings }
const proof = { auditID: 'f91517ec' } as Proof

const gone = new PlanewrightError('unreachable', 'the connection was lost', { where: { host: 'cp1' } })

/** The message depends on how far the host had come, and claims no more than planewright knows. */
test.each<[string, Progress, RegExp]>([
  [
    'nothing was begun',
    { open: undefined, proof: null, confirmation: 'none' },
    /^Run the same command again/,
  ],
  [
    'it was on its way',
    { open, proof: null, confirmation: 'none' },
    /^The guard works on the host without planewright\. .* within 90 s .*ID/,
  ],
  ['it was proven', { open, proof, confirmation: 'none' }, /^The guard works on the host/],
  [
    'it was being confirmed',
    { open, proof, confirmation: 'asked' },
    /^It was proven by f91517ec\. .*stands or the guard undoes it/,
  ],
  [
    'it was being confirmed, unproven',
    { open, proof: null, confirmation: 'asked' },
    /^planewright was just .*stands or the guard undoes it/,
  ],
])('lost when %s', (_, progress, remedy) => {
  const error = lost(gone, progress)
  expect(error).toMatchObject({ code: 'unreachable', where: { host: 'cp1' } })
  expect(error.remedy).toMatch(remedy)
})

test('the error for a failure after the confirmation says that the change stands', () => {
  const found = new PlanewrightError('internal', 'the host still differs', { remedy: 'Look.' })
  const given = { open: undefined, proof, confirmation: 'given' } as const
  expect(afterwards(found, given).remedy).toBe('The changes stand, proven by f91517ec. Look.')
  expect(afterwards(found, { ...given, proof: null }).remedy).toBe('The changes stand. Look.')
})
