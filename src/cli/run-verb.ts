import { auditTasks, prepareTasks } from '../../tasks/index.ts'
import type { ClusterOutcome } from '../engine/values/cluster-outcome.ts'
import { askClustersAgain } from '../engine/stored/ask-clusters-again.ts'
import { completeClusters } from '../engine/stored/complete-clusters.ts'
import { explain, type Causes } from '../engine/explain/explain.ts'
import type { RunEvent } from '../engine/values/event.ts'
import { findUnlisted } from '../engine/cluster/find-unlisted.ts'
import { pendingOutcomes, plan, type Plan } from '../engine/plan/plan.ts'
import { forecastHosts, type Forecasts } from '../engine/stored/forecast-hosts.ts'
import { planClusters } from '../engine/stored/plan-clusters.ts'
import { planRollbacks } from '../engine/rollback/plan-rollback.ts'
import { refuseUnlisted, warnOfFailedLookups } from '../engine/cluster/refuse-unlisted.ts'
import { roll } from '../engine/roll/roll.ts'
import type { Session } from '../engine/session/session.ts'
import { recoverOpen } from '../engine/roll/recover-open.ts'
import { noUnlisted, type UnlistedControlPlanes } from '../engine/cluster/unlisted.ts'
import { survey } from '../engine/survey/survey.ts'
import { surveyClusters } from '../engine/stored/survey-clusters.ts'
import { verify } from '../engine/roll/verify.ts'
import { warnOfStored } from '../engine/stored/warn-of-stored.ts'
import type { HostOutcome } from '../engine/values/outcome.ts'
import { PlanewrightError, toPlanewrightError } from '../error.ts'
import { exitCodes } from '../report/exit-code.ts'
import { makeReport } from '../report/make-report.ts'
import type { Report } from '../report/schema.ts'
import { HostsLeft } from './hosts-left.ts'
import { listenForInterrupts } from './interrupts.ts'
import { open } from './open.ts'
import { defaultRetryFile, type RunOptions } from './options.ts'
import { checkPreparation, prepare } from './prepare.ts'
import { ReportOutput } from './report-output.ts'
import { Screen } from './screen.ts'

type Verb = Report['verb']

/** What a verb came to. */
interface Performed {
  readonly outcomes: readonly HostOutcome[]
  readonly causes: Causes
  readonly clusters: readonly ClusterOutcome[]
  readonly forecasts: Forecasts
  readonly unlisted: UnlistedControlPlanes
}

/** Of what was not looked for. */
const nothing: Performed = {
  outcomes: [],
  causes: new Map(),
  clusters: [],
  forecasts: new Map(),
  unlisted: noUnlisted,
}

/** A transaction is of one host: others would only be told that they have none of that name. */
function checkOneHost({ hosts }: Session, { to }: RunOptions): void {
  if (to === undefined || hosts.length === 1) return
  throw new PlanewrightError('usage', `--to names a transaction of one host, and ${hosts.length} are meant`, {
    why: hosts.map(({ host }) => host.name).join(' '),
    remedy: 'Roll them back one after the other; planewright history HOST has the IDs of each.',
  })
}

function takesAway({ clusters }: Plan): boolean {
  const changes = clusters.flatMap(({ hosts }) => hosts.flatMap((host) => host.changes))
  return changes.some(({ kind }) => kind === 'removal')
}

async function rollBack(session: Session, options: RunOptions, screen: Screen): Promise<Performed> {
  checkOneHost(session, options)
  const surveyed = await recoverOpen(session, await survey(session))
  const { plan: planned, planAgain } = await planRollbacks(session, surveyed, options.to)
  // Who takes nothing away needs no apiserver for it, which may be what is broken.
  const asked = takesAway(planned) ? await surveyClusters(session, planned) : []
  const pending = warnOfStored(pendingOutcomes(planned), asked)
  await screen.showPlan(pending, { clusters: [], causes: new Map() })
  screen.begin(pending.map((outcome) => outcome.host))
  const outcomes = await roll(session, planned, { proof: proofOf(options), planAgain })
  return { ...nothing, outcomes: warnOfStored(outcomes, asked) }
}

/** Asks each cluster, unless nothing new is to be begun any more. */
async function lookForUnlisted(session: Session, planned: Plan): Promise<UnlistedControlPlanes> {
  return session.signal.aborted ? noUnlisted : findUnlisted(session, planned)
}

async function apply(session: Session, options: RunOptions, screen: Screen): Promise<Performed> {
  // Only who writes may bring to an end what another run left open.
  const planned = plan(await recoverOpen(session, await survey(session)), session.tasks)
  const pending = pendingOutcomes(planned)
  const [asked, unlisted, causes] = await Promise.all([
    surveyClusters(session, planned),
    lookForUnlisted(session, planned),
    explain(session, planned),
  ])
  const clusters = planClusters(session, planned, asked)
  await screen.showPlan(pending, { clusters, causes })
  screen.showUnlisted(unlisted)
  const allowed = options.strict === true ? refuseUnlisted(planned, unlisted) : planned
  screen.begin(pending.map((outcome) => outcome.host))
  const outcomes = await roll(session, allowed, { proof: proofOf(options) })
  return {
    ...nothing,
    outcomes: warnOfFailedLookups(outcomes, unlisted),
    causes,
    clusters: await completeClusters(session, await askClustersAgain(session, planned, clusters), outcomes),
    unlisted,
  }
}

async function verifyHosts(session: Session, options: RunOptions, screen: Screen): Promise<Performed> {
  const planned = plan(await survey(session), session.tasks)
  const pending = pendingOutcomes(planned)
  const [asked, causes] = await Promise.all([surveyClusters(session, planned), explain(session, planned)])
  const clusters = planClusters(session, planned, asked)
  await screen.showPlan(pending, { clusters, causes })
  screen.begin(pending.map((outcome) => outcome.host))
  const proven = verify(session, planned, { proof: proofOf(options) })
  const [outcomes, unlisted] = await Promise.all([proven, lookForUnlisted(session, planned)])
  return { ...nothing, outcomes: warnOfFailedLookups(outcomes, unlisted), causes, clusters, unlisted }
}

async function showPlan(session: Session, { forVersion }: RunOptions, screen: Screen): Promise<Performed> {
  const planned = plan(await survey(session), session.tasks)
  const outcomes = pendingOutcomes(planned)
  const [asked, causes] = await Promise.all([surveyClusters(session, planned), explain(session, planned)])
  const clusters = planClusters(session, planned, asked)
  const forecasts = forVersion === undefined ? nothing.forecasts : forecastHosts(planned, asked, forVersion)
  await screen.showPlan(outcomes, { clusters, causes })
  screen.showForecasts(forecasts)
  return { ...nothing, outcomes, causes, clusters, forecasts }
}

function proofOf({ proof }: RunOptions): 'proof' | 'no-proof' {
  return proof === false ? 'no-proof' : 'proof'
}

async function perform(
  verb: Verb,
  session: Session,
  options: RunOptions,
  screen: Screen,
): Promise<Performed> {
  screen.begin(session.hosts.map((prepared) => prepared.host.name))
  switch (verb) {
    case 'plan':
      return showPlan(session, options, screen)
    case 'apply':
      return apply(session, options, screen)
    case 'verify':
      return verifyHosts(session, options, screen)
    case 'prepare':
      return {
        ...nothing,
        outcomes: await (options.check === true ? checkPreparation : prepare)(session, screen),
      }
    case 'rollback':
      return rollBack(session, options, screen)
  }
}

/** What writes nothing leaves no host. */
function hostsLeftOf(verb: Verb, { check, retryFile = defaultRetryFile }: RunOptions): HostsLeft | undefined {
  if (verb === 'plan' || verb === 'verify' || check === true) return undefined
  return new HostsLeft(verb, retryFile)
}

/** Why nothing is known of a run that was interrupted twice. */
function leftAtOnce(): PlanewrightError {
  return new PlanewrightError('interrupted', 'left at once, so what became of the hosts is not known', {
    remedy: 'Run again. What was begun on a host and not confirmed is undone there.',
  })
}

/** Whether an action came to its end; why not is shown. */
function succeeds(screen: Screen, action: () => void): boolean {
  try {
    action()
    return true
  } catch (thrown) {
    screen.showError(toPlanewrightError(thrown))
    return false
  }
}

/** Runs one verb from its options to its exit code, and says what happened. */
export async function runVerb(verb: Verb, options: RunOptions): Promise<number> {
  const started = new Date()
  const start = performance.now()
  const screen = new Screen(options)
  const output = new ReportOutput(options)
  const usable = succeeds(screen, () => {
    output.check()
  })
  if (!usable) return exitCodes.usage
  const left = hostsLeftOf(verb, options)
  const tasks = verb === 'prepare' ? prepareTasks : auditTasks
  const measured = () => ({ verb, started, milliseconds: performance.now() - start })
  const { signal, stop } = listenForInterrupts(screen, () => {
    left?.keep(screen)
    // An old file that says that all is well would go on saying so.
    const report = makeReport({ ...measured(), outcomes: [], error: leftAtOnce(), interrupted: true })
    succeeds(screen, () => {
      output.writeFile(report)
    })
  })
  const listener = (event: RunEvent) => {
    screen.listener(event)
    left?.listener(event)
  }
  let performed = nothing
  let error: PlanewrightError | undefined
  try {
    await using session = await open(options, listener, signal, tasks)
    left?.begin(session)
    performed = await perform(verb, session, options, screen)
  } catch (thrown) {
    error = toPlanewrightError(thrown)
  }
  const { outcomes, causes, clusters, forecasts, unlisted } = performed
  const interrupted = signal.aborted
  const report = makeReport({
    ...measured(),
    outcomes,
    causes,
    clusters,
    forecasts,
    unlisted: unlisted.found,
    failedLookups: unlisted.failedLookups,
    error,
    interrupted,
  })
  await screen.end({ outcomes, clusters, unlisted, error, tasks: tasks.length, report, verb })
  const written = succeeds(screen, () => {
    output.write(report)
  })
  // Until here: a signal must not end the process between the last host and its report.
  stop()
  if (error === undefined) left?.keep(screen)
  return report.exitCode === exitCodes.done && !written ? exitCodes.failed : report.exitCode
}
