import { guardReasonCodes, type GuardReasonCode } from '../reason-code.ts'

/** Why a guard undid a transaction, or why its undo failed. */
export interface Reason {
  /** For programs; undefined if an older planewright wrote the transaction, with words alone. */
  readonly code: GuardReasonCode | undefined
  /** For people: one or more lines. */
  readonly words: string
}

/** Reads a reason as the host keeps it; undefined if it has no words. */
export function readReason(code: string | undefined, words: string | undefined): Reason | undefined {
  if (words === undefined) return undefined
  // A newer planewright may have written a code that this one does not know.
  return { code: guardReasonCodes.find((known) => known === code), words }
}
