import { setTimeout as pause } from 'node:timers/promises'
import type { Connection } from '../connection/connection.ts'
import { forwardWithin } from '../connection/forward-within.ts'
import { isForwardingProhibited } from '../connection/forwarding.ts'
import { PlanewrightError, toPlanewrightError } from '../error.ts'
import { readHost } from '../host/host-reader.ts'
import { askApiserver, type ApiRequest, type ApiResponse, type ApiserverAddress } from './apiserver-client.ts'
import { identityOf, readKubeconfig, type Identity } from './kubeconfig.ts'

/** The administrator's kubeconfig that kubeadm leaves on every control plane. */
export const adminKubeconfig = '/etc/kubernetes/admin.conf'

/**
 * Milliseconds in which a new apiserver that listens becomes ready. kubeadm waits as long for a component of
 * a control plane (ControlPlaneComponentHealthCheckTimeout, k/k cmd/kubeadm/app/constants/constants.go,
 * 1.37). A slow machine may still run the post-start hook rbac/bootstrap-roles after 90 s.
 */
const readyTimeout = 240_000

/** Milliseconds between two requests to /readyz. */
const readyPause = 200

/**
 * Milliseconds in which an apiserver that has just opened its port loads the permissions. Until then it
 * forbids everything to everybody (RBAC's informers, k/k plugin/pkg/auth/authorizer/rbac).
 */
const rightsTimeout = 15_000

/** Milliseconds: an sshd that does not forward says so at once, whatever the other end does. */
const refusalTimeout = 2_000

/** One node's own apiserver, asked through the SSH connection to that node. */
export interface NodeApiserver {
  /** The user that planewright is for the apiserver. */
  readonly identity: Identity
  /** Any HTTP status is an answer; without an answer it throws a PlanewrightError `proof`. */
  ask(request: ApiRequest): Promise<ApiResponse>
  /**
   * Checks that an apiserver that answers accepts the credentials and has a trusted certificate. An apiserver
   * that does not answer passes: it may be what this run repairs.
   *
   * @throws PlanewrightError `host` with the apiserver's own words.
   */
  checkCredentials(): Promise<void>
  /**
   * Waits for `/readyz`. It calls `check` between two requests. An error from `check` ends the wait, as a
   * process that is gone does not become ready.
   *
   * @throws PlanewrightError `restart` with the apiserver's own words.
   */
  awaitReady(check: () => Promise<void>): Promise<void>
}

async function readiness(ask: NodeApiserver['ask']): Promise<string | undefined> {
  try {
    const response = await ask({ method: 'GET', path: '/readyz', headers: {} })
    return response.status === 200 ? undefined : `HTTP ${response.status}: ${response.body.trim()}`
  } catch (error) {
    return toPlanewrightError(error).why ?? toPlanewrightError(error).message
  }
}

/** Node's codes for a certificate that it does not trust (node:tls, X509 certificate error codes). */
function isCertificateError(thrown: unknown): boolean {
  const causes = [thrown, (thrown as Error).cause]
  return causes.some((cause) => {
    const { code } = (cause ?? {}) as { code?: unknown }
    return typeof code === 'string' && /^ERR_TLS_|^CERT_|CERT|^UNABLE_TO_/.test(code)
  })
}

function notAskable(at: ApiserverAddress, why: string): PlanewrightError {
  return new PlanewrightError(
    'host',
    `the apiserver at ${at.address}:${at.port} cannot be asked with ${adminKubeconfig}`,
    {
      where: { path: adminKubeconfig },
      why,
      remedy: 'Nothing was written. Check whether a certificate has expired: kubeadm certs check-expiration',
    },
  )
}

async function checkCredentials(ask: NodeApiserver['ask'], at: ApiserverAddress): Promise<void> {
  const end = Date.now() + rightsTimeout
  const get = () => ask({ method: 'GET', path: '/api', headers: {} })
  try {
    let answer = await get()
    while (answer.status === 403 && Date.now() < end) {
      await pause(readyPause)
      answer = await get()
    }
    const { status, body } = answer
    if (status === 401 || status === 403) throw notAskable(at, `HTTP ${status}: ${body.trim()}`)
  } catch (thrown) {
    if (isCertificateError(thrown)) throw notAskable(at, toPlanewrightError(thrown).why ?? '')
    if (toPlanewrightError(thrown).where.path === adminKubeconfig) throw thrown
  }
}

/** If nothing listens or answers, that is no reason to stop: the apiserver may be starting. */
async function checkForwarding(connection: Connection, at: ApiserverAddress): Promise<void> {
  try {
    const stream = await forwardWithin(connection, at.address, at.port, refusalTimeout)
    stream.destroy()
  } catch (error) {
    if (isForwardingProhibited(error) || toPlanewrightError(error).code !== 'host') throw error
  }
}

/**
 * Reads the administrator's credentials from the host; they stay in memory.
 *
 * @throws PlanewrightError `proof` if the host has no usable credentials, `host` if sshd does not forward.
 */
export async function openApiserver(connection: Connection, at: ApiserverAddress): Promise<NodeApiserver> {
  const kubeconfig = await readHost(connection).file(adminKubeconfig)
  if (kubeconfig.type !== 'regular') {
    throw new PlanewrightError('proof', `there is no ${adminKubeconfig} on the host`, {
      where: { path: adminKubeconfig },
      reasonCode: 'no-kubeconfig',
      why: 'planewright needs it to ask kube-apiserver whether it is ready, and to send the request that proves the change',
      remedy: 'Make one: kubeadm init phase kubeconfig admin',
    })
  }
  await checkForwarding(connection, at)
  const credentials = readKubeconfig(kubeconfig.content.toString('utf8'), adminKubeconfig)
  const ask = (request: ApiRequest) => askApiserver(connection, at, credentials, request)
  return {
    identity: identityOf(credentials),
    ask,
    checkCredentials: () => checkCredentials(ask, at),
    async awaitReady(check) {
      const end = Date.now() + readyTimeout
      let answer = await readiness(ask)
      while (answer !== undefined && Date.now() < end) {
        await check()
        await pause(readyPause)
        answer = await readiness(ask)
      }
      if (answer === undefined) return
      throw new PlanewrightError('restart', `the apiserver at ${at.address}:${at.port} is not ready`, {
        why: answer,
        remedy:
          "Ask it which check fails: kubectl get --raw '/readyz?verbose' on this host. Then look at its log.",
      })
    },
  }
}
