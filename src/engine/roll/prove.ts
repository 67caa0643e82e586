import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { NodeApiserver } from '../../apiserver/node-apiserver.ts'
import { findEvent } from '../../audit-log/event.ts'
import type { Connection } from '../../connection/connection.ts'
import { PlanewrightError } from '../../error.ts'
import { fullFilesystem } from '../../host/full-filesystem.ts'
import { searchDeadline, searchLog } from '../../host/search-log.ts'
import { parsePolicy } from '../../policy/parse.ts'
import { chooseProofRequest, type ProofRequest } from '../../policy/probe.ts'
import type { ProofPlan } from '../values/host-plan.ts'
import type { Proof } from '../values/proof.ts'

const provingStage = 'ResponseComplete'

/**
 * Chooses the request that will prove a plan.
 *
 * @throws PlanewrightError `proof` if the policy logs nothing that planewright may do.
 */
export function chooseRequest(plan: ProofPlan, apiserver: NodeApiserver): ProofRequest {
  const { policy } = parsePolicy(plan.policy, { file: plan.policyFile })
  const request = chooseProofRequest(policy, apiserver.identity)
  if (request !== undefined) return request
  throw new PlanewrightError('proof', 'this policy logs nothing that planewright may do', {
    where: { path: plan.policyFile },
    reasonCode: 'nothing-logged',
    why: `as ${apiserver.identity.name}, planewright only reads, or writes with dryRun; no rule logs such a request at ${provingStage}`,
    remedy:
      'Add a rule that logs some read by an administrator, or use planewright apply --no-proof to skip the proof. verify always needs one.',
  })
}

interface Missing {
  readonly request: ProofRequest
  readonly auditID: string
  /** The HTTP status. */
  readonly status: number
  /** The line of df for the log's filesystem, if it has no room left. */
  readonly full: string | undefined
}

function notFound(plan: ProofPlan, { request, auditID, status, full }: Missing): PlanewrightError {
  const answered = `${request.method} ${request.path} was answered with ${status}, and rule ${request.rule} of ${
    plan.policyFile
  } logs it, but no line with that auditID at ${provingStage} appeared within ${searchDeadline} s`
  return new PlanewrightError('proof', `the event ${auditID} is not in ${plan.logFile}`, {
    where: { path: plan.logFile },
    reasonCode: 'no-event',
    why: full === undefined ? answered : `no room left: ${full}; ${answered}`,
    remedy:
      full === undefined
        ? 'Check that kube-apiserver runs with this policy and this log: planewright plan --diff'
        : 'Make room on that filesystem, then run planewright again.',
  })
}

/**
 * Causes an event on the node's own apiserver, and finds it in the host's own log.
 *
 * @throws PlanewrightError `proof`, `policy`, `unreachable`.
 */
export async function prove(
  connection: Connection,
  apiserver: NodeApiserver,
  plan: ProofPlan,
): Promise<Proof> {
  const request = chooseRequest(plan, apiserver)
  // The apiserver keeps an Audit-ID that a client sends (kubernetes/apiserver pkg/endpoints/filters/audit_init.go).
  const auditID = randomUUID()
  const response = await apiserver.ask({
    method: request.method,
    path: request.path,
    headers: {
      'audit-id': auditID,
      accept: 'application/json',
      ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
    },
    ...(request.body === undefined ? {} : { body: request.body }),
  })
  const lines = await searchLog(connection, plan.logFile, auditID, provingStage)
  const event = findEvent(lines, { auditID, stage: provingStage })
  if (event === undefined) {
    const full = await fullFilesystem(connection, path.posix.dirname(plan.logFile))
    throw notFound(plan, { request, auditID, status: response.status, full })
  }
  return {
    auditID,
    requestReceivedTimestamp: event.requestReceivedTimestamp,
    stageTimestamp: event.stageTimestamp,
    stage: event.stage,
    level: event.level ?? request.level,
    verb: event.verb,
    requestURI: event.requestURI,
    user: event.user.username ?? '',
    status: response.status,
    logFile: plan.logFile,
    rule: request.rule,
  }
}
