import { PlanewrightError } from '../error.ts'
import type { ConnectionTarget } from './target.ts'

/** What a person can do about a network error, by Node's code for it. */
const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The host is up, but no sshd listens at that port: start sshd, or correct ansible_port.',
  ENOTFOUND: 'The name does not resolve: correct ansible_host.',
  EAI_AGAIN: 'The name server does not answer: set ansible_host to an IP address, or repair the resolver.',
  EHOSTUNREACH: 'There is no route to the host: check that the host is up, and the network between.',
  ENETUNREACH: 'There is no route to the host: check that the network is up.',
  ETIMEDOUT: 'Nothing answers: check that the host is up, and that no firewall blocks the port.',
}

const REMEDY = 'Check that the host is up, and the network between.'

/** The error for a host that could not be reached, or was lost. */
export function unreachable(target: ConnectionTarget, what: string, cause: unknown): PlanewrightError {
  const { code } = cause as { code?: unknown }
  return new PlanewrightError('unreachable', what, {
    where: { host: target.name },
    why: reasonOf(cause),
    remedy: (typeof code === 'string' ? REMEDIES[code] : undefined) ?? REMEDY,
    cause,
  })
}

/**
 * Node tries all addresses of a name. Its error then has one error for each address, and no message of its
 * own.
 */
function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === '') return cause.errors.map(reasonOf).join('; ')
  return cause instanceof Error ? cause.message : String(cause)
}
