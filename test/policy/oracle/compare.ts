/**
 * Compares planewright with kube-apiserver's own code on random policies and requests (README.md).
 *
 * node compare.ts <the built oracle> <how many policies> <seed>
 */
import { spawnSync } from 'node:child_process'
import { isDeepStrictEqual } from 'node:util'
import { PlanewrightError } from '../../../src/error.ts'
import { decide } from '../../../src/policy/decide.ts'
import { parsePolicy } from '../../../src/policy/parse.ts'
import type { Policy } from '../../../src/policy/policy.ts'
import { chooseProofRequest } from '../../../src/policy/probe.ts'
import { describeRequest } from '../../../src/policy/request.ts'
import { isCovered } from '../../../src/policy/cover.ts'
import { createGenerator, type AskedRequest } from './generate.ts'

interface OracleDecision {
  readonly error?: string
  readonly resource: boolean
  readonly path: string
  readonly verb: string
  readonly apiGroup: string
  readonly apiVersion: string
  readonly kind: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly level?: string
  readonly omitStages: readonly string[]
  readonly omitManagedFields: boolean
}

interface OracleAnswer {
  readonly error?: string
  readonly policy?: unknown
  readonly requests?: readonly OracleDecision[]
}

interface Question {
  readonly policy: string
  readonly requests: readonly AskedRequest[]
}

const [oracle = '', count = '1000', seed = '1'] = process.argv.slice(2)
const generator = createGenerator(Number(seed))
const totals = {
  policies: 0,
  bothLoad: 0,
  bothRefuse: 0,
  stricter: 0,
  moreLenient: 0,
  otherMeaning: 0,
  requests: 0,
  refusedRequests: 0,
  otherRequest: 0,
  otherDecision: 0,
  proofs: 0,
  otherProof: 0,
  wronglyUnreachable: 0,
}
const reasons = new Map<string, number>()

for (let done = 0; done < Number(count); done += 500) {
  const questions = Array.from({ length: Math.min(500, Number(count) - done) }, ask)
  const answers = askOracle(questions)
  questions.forEach((question, index) => {
    compare(question, answers[index] ?? {})
  })
}
console.log(totals)
console.log('refused by planewright alone:')
for (const [reason, times] of [...reasons].sort(([, one], [, other]) => other - one))
  console.log(`${times}\t${reason}`)

function ask(): Question {
  const policy = generator.policy()
  const requests = Array.from({ length: 20 }, () => generator.request())
  const proof = chooseFor(load(policy))
  return { policy, requests: proof === undefined ? requests : [...requests, proof] }
}

/** The request of the proof. The oracle says whether it would be logged. */
function chooseFor(loaded: Policy | PlanewrightError): AskedRequest | undefined {
  if (loaded instanceof PlanewrightError) return undefined
  const user = generator.user()
  const proof = user && chooseProofRequest(loaded, user)
  return proof && { method: proof.method, url: proof.path, user, proof: true }
}

function askOracle(questions: readonly Question[]): readonly OracleAnswer[] {
  const { stdout, status } = spawnSync(oracle, {
    input: questions.map((question) => JSON.stringify(question)).join('\n'),
    maxBuffer: 1 << 30,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  if (status !== 0) throw new Error(`the oracle ended with ${String(status)}`)
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as OracleAnswer)
}

function load(text: string): Policy | PlanewrightError {
  try {
    return parsePolicy(text, { file: 'policy.yaml' }).policy
  } catch (error) {
    if (error instanceof PlanewrightError) return error
    throw error
  }
}

function compare({ policy: text, requests }: Question, answer: OracleAnswer): void {
  totals.policies += 1
  const loaded = load(text)
  if (loaded instanceof PlanewrightError) {
    if (answer.error !== undefined) totals.bothRefuse += 1
    else {
      totals.stricter += 1
      const reason =
        (loaded.why ?? '')
          .split('\n', 1)[0]
          ?.replace(/^.*?line [0-9]+\)?: /, '')
          .replace(/"[^:]*"/, '…') ?? ''
      reasons.set(reason.slice(0, 60), (reasons.get(reason.slice(0, 60)) ?? 0) + 1)
    }
    return
  }
  if (answer.error !== undefined) {
    complain('moreLenient', { text, why: answer.error })
    return
  }
  totals.bothLoad += 1
  if (!isDeepStrictEqual(normalise(loaded), normalise(answer.policy))) {
    complain('otherMeaning', { text, ours: loaded, theirs: answer.policy })
    return
  }
  const unreachable = loaded.rules.map((rule, index) => isCovered(rule, loaded.rules.slice(0, index)))
  requests.forEach((request, index) => {
    compareRequest(text, loaded, unreachable, request, answer.requests?.[index])
  })
}

function compareRequest(
  text: string,
  policy: Policy,
  unreachable: readonly boolean[],
  asked: AskedRequest,
  theirs: OracleDecision | undefined,
): void {
  totals.requests += 1
  const request = describe(asked)
  if (request === undefined || theirs === undefined || theirs.error !== undefined) {
    totals.refusedRequests += 1
    if (request !== undefined) complain('otherRequest', { asked, theirs })
    return
  }
  const ours =
    request.kind === 'resource'
      ? request
      : { ...request, apiGroup: '', apiVersion: '', resource: '', subresource: '', namespace: '', name: '' }
  const same =
    (request.kind === 'resource') === theirs.resource &&
    ours.path === theirs.path &&
    ours.verb === theirs.verb &&
    ours.apiGroup === theirs.apiGroup &&
    ours.apiVersion === theirs.apiVersion &&
    ours.resource === theirs.kind &&
    ours.subresource === theirs.subresource &&
    ours.namespace === theirs.namespace &&
    ours.name === theirs.name
  if (!same) {
    complain('otherRequest', { asked, ours, theirs })
    return
  }
  const decision = decide(policy, request)
  if (
    decision.level !== theirs.level ||
    decision.omitManagedFields !== theirs.omitManagedFields ||
    !isDeepStrictEqual([...decision.omitStages].sort(), theirs.omitStages)
  ) {
    complain('otherDecision', { text, asked, decision, theirs })
    return
  }
  if (decision.rule !== undefined && unreachable[decision.rule])
    complain('wronglyUnreachable', { text, asked, decision })
  if (asked.proof !== true) return
  totals.proofs += 1
  if (theirs.level === 'None' || theirs.omitStages.includes('ResponseComplete'))
    complain('otherProof', { text, asked })
}

function describe(asked: AskedRequest): ReturnType<typeof describeRequest> | undefined {
  try {
    return describeRequest(asked)
  } catch (error) {
    if (error instanceof PlanewrightError) return undefined
    throw error
  }
}

/** Removes keys with the value undefined, which the oracle's JSON cannot have. */
function normalise(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown
}

function complain(kind: keyof typeof totals, details: object): void {
  totals[kind] += 1
  if (totals[kind] <= 8) console.log(kind, JSON.stringify(details))
}
