import * as z from 'zod'
import type { Connection } from '../connection/connection.ts'
import { askHttp } from '../connection/http.ts'
import { askHttps, type TlsIdentity } from '../connection/https.ts'
import { PlanewrightError, toPlanewrightError } from '../error.ts'
import { etcdAddress, type EtcdAddress } from './etcd-address.ts'
import type { EtcdMember, MemberHealth } from './quorum.ts'

/** Milliseconds in which a member that serves answers. */
const requestTimeout = 5_000

const Members = z.object({
  members: z.array(
    z.object({
      name: z.string().default(''),
      peerURLs: z.array(z.string()).default([]),
      clientURLs: z.array(z.string()).default([]),
      isLearner: z.boolean().default(false),
    }),
  ),
})

const Health = z.object({ health: z.string(), reason: z.string().default('') })

/**
 * Returns the answer, parsed from JSON. etcd's gateway also sends its errors as JSON (etcd server/embed,
 * etcdhttp/health.go).
 */
async function ask(
  connection: Connection,
  at: EtcdAddress,
  identity: TlsIdentity,
  asked: { readonly method: string; readonly path: string; readonly body?: string },
): Promise<unknown> {
  const request = { ...asked, headers: { 'content-type': 'application/json' } }
  const { status, body } = await (at.scheme === 'http'
    ? askHttp(connection, at, request, requestTimeout)
    : askHttps(connection, at, identity, request, requestTimeout))
  if (status === 200 || asked.path === '/health') return JSON.parse(body)
  throw new Error(`HTTP ${status}: ${body.trim().slice(0, 300)}`)
}

async function troubleOf(
  connection: Connection,
  identity: TlsIdentity,
  member: EtcdMember,
): Promise<string | undefined> {
  const [url] = member.clientURLs
  if (url === undefined) return 'it has not started'
  try {
    const answer = await ask(connection, etcdAddress(url), identity, { method: 'GET', path: '/health' })
    const { health, reason } = Health.parse(answer)
    return health === 'true' ? undefined : reason === '' ? 'it is not healthy' : reason
  } catch (thrown) {
    const { why, message } = toPlanewrightError(thrown)
    return why ?? message
  }
}

/**
 * Asks etcd for its members, from one control plane.
 *
 * @param urls where kube-apiserver finds its etcd; the first one that answers lists the members
 * @throws PlanewrightError `host` if none answers.
 */
export async function readEtcdMembers(
  connection: Connection,
  urls: readonly string[],
  identity: TlsIdentity,
): Promise<readonly EtcdMember[]> {
  const refusals: string[] = []
  for (const url of urls) {
    try {
      const asked = { method: 'POST', path: '/v3/cluster/member/list', body: '{}' }
      return Members.parse(await ask(connection, etcdAddress(url), identity, asked)).members
    } catch (thrown) {
      const { why, message } = toPlanewrightError(thrown)
      refusals.push(`${url}: ${why ?? message}`)
    }
  }
  throw new PlanewrightError('host', 'etcd cannot be asked for its members', {
    why: refusals.join('\n'),
    remedy: 'Nothing was written. Check whether etcd serves: etcdctl endpoint health --cluster',
  })
}

/**
 * Asks etcd for its members as {@link readEtcdMembers} does, and each of them for its health.
 *
 * @throws PlanewrightError `host` if no member lists them.
 */
export async function readEtcdHealth(
  connection: Connection,
  urls: readonly string[],
  identity: TlsIdentity,
): Promise<readonly MemberHealth[]> {
  const members = await readEtcdMembers(connection, urls, identity)
  const health = async (member: EtcdMember) => ({
    member,
    trouble: await troubleOf(connection, identity, member),
  })
  return Promise.all(members.map(health))
}
