import type { PlanewrightError } from '../../error.ts'
import type { TransactionStatus } from '../../guard/transaction-status.ts'
import { transactionsFolder, type Transaction } from '../../guard/transaction.ts'
import { told } from './transaction-failure.ts'
import type { Proof } from '../values/proof.ts'

/**
 * What is known about a host's transaction: what has to be undone if something fails from here on, and what
 * stands.
 */
export interface Progress {
  open: Transaction | undefined
  proof: Proof | null
  /** Whether the guard was told to keep the change (`given`), or may have been told (`asked`). */
  confirmation: 'none' | 'asked' | 'given'
}

/**
 * Adds the guard's reason to an error. What planewright saw may be the guard's own work, or something that
 * the guard saw as well.
 */
export function withReason(error: PlanewrightError, status: TransactionStatus): PlanewrightError {
  const { reason } = status
  if (reason === undefined || reason.code === 'withdrawn') return error
  if (reason.code !== undefined && reason.code === error.reasonCode) {
    // The guard saw the same, and may have learned the exit code since. Any error but `restart` has the
    // reason below its message.
    return error.code === 'restart' ? error.but(reason.words) : error
  }
  const why = [`the guard undid it: ${told(status)}`, error.why]
    .filter((line) => line !== undefined)
    .join('\n')
  return error.but(error.message, { why })
}

/** What happens to a transaction whose host was lost. */
export function guardContinues({ id, settings }: Transaction): string {
  return (
    `The guard works on the host without planewright. It undoes the change if nobody confirms it within ` +
    `${settings.confirm_timeout} s (${transactionsFolder}/${id}). Run the same command again: it first ends the open transaction.`
  )
}

function remedyOfLost({ open, confirmation, proof }: Progress): string {
  if (open === undefined) return 'Run the same command again.'
  if (confirmation === 'none') return guardContinues(open)
  const proven = proof === null ? '' : `It was proven by ${proof.auditID}. `
  return (
    `${proven}planewright was just confirming the change (${transactionsFolder}/${open.id}), so the change stands or ` +
    'the guard undoes it. Run the same command again: it says which.'
  )
}

/** The error for a lost host, with what happens to the changes that were begun there. */
export function lost(error: PlanewrightError, progress: Progress): PlanewrightError {
  return error.but(error.message, { remedy: remedyOfLost(progress) })
}

/** An error of the survey after the confirmation: in any case, the change stands. */
export function afterwards(error: PlanewrightError, { proof }: Progress): PlanewrightError {
  const stands = proof === null ? 'The changes stand.' : `The changes stand, proven by ${proof.auditID}.`
  const remedy = [stands, error.remedy].filter((line) => line !== undefined).join(' ')
  return error.but(error.message, { remedy })
}
