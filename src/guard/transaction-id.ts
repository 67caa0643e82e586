import { randomBytes } from 'node:crypto'

/** A name for a transaction that sorts by time: `20261123T190632417Z-1f0c93`. */
export function transactionId(now: Date): string {
  const stamp = now.toISOString().replace(/[-:.]/g, '')
  return `${stamp}-${randomBytes(3).toString('hex')}`
}

/** Whether a text may name a transaction. planewright looks for no other names on a host. */
export function isTransactionId(text: string): boolean {
  return /^\d{8}T\d{9}Z-[0-9a-f]{6}$/.test(text)
}
