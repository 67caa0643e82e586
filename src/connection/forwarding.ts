import { PlanewrightError } from '../error.ts'
import type { ConnectionTarget } from './target.ts'

/** SSH_OPEN_ADMINISTRATIVELY_PROHIBITED (RFC 4254, section 5.1): sshd does not forward to any port. */
const PROHIBITED = 1

/** The error for a port that could not be reached through the host. */
export function forwardRefused(
  target: ConnectionTarget,
  address: string,
  port: number,
  cause: unknown,
): PlanewrightError {
  const prohibited = reasonOf(cause) === PROHIBITED
  return new PlanewrightError(
    'host',
    `port ${port} of ${address} cannot be reached through ${target.address}`,
    {
      where: { host: target.name },
      why: cause instanceof Error ? cause.message : String(cause),
      remedy: prohibited
        ? `Let sshd forward ports for ${target.user}: AllowTcpForwarding yes (or local), DisableForwarding no, PermitOpen any.`
        : 'Check that something listens at that port.',
      cause,
    },
  )
}

/** Whether sshd refused to forward at all, so that another way is needed. False if nothing listened there. */
export function isForwardingProhibited(error: unknown): boolean {
  return error instanceof PlanewrightError && reasonOf(error.cause) === PROHIBITED
}

/** SSH_OPEN_CONNECT_FAILED (RFC 4254, section 5.1), for any reason: only OpenSSH's words say which. */
const CONNECT_FAILED = 2

/** Whether nothing listened there. False if nothing answered, or if the words are not the known ones. */
export function isConnectionRefused(error: unknown): boolean {
  if (!(error instanceof PlanewrightError) || reasonOf(error.cause) !== CONNECT_FAILED) return false
  return error.cause instanceof Error && /connection refused/i.test(error.cause.message)
}

function reasonOf(cause: unknown): unknown {
  return (cause as { reason?: unknown } | undefined)?.reason
}
