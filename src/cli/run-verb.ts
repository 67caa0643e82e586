import { auditTasks } from '../../tasks/index.ts'
import { pendingOutcomes, plan } from '../engine/plan.ts'
import { roll } from '../engine/roll.ts'
import { openSession, type Session } from '../engine/session.ts'
import { survey } from '../engine/survey.ts'
import { verify } from '../engine/verify.ts'
import type { HostOutcome } from '../engine/outcome.ts'
import { PlanewrightError, toPlanewrightError } from '../error.ts'
import { readExtraVariables } from '../inventory/extra-variables.ts'
import { loadInventory } from '../inventory/inventory.ts'
import { makeReport } from '../report/make-report.ts'
import type { Report } from '../report/schema.ts'
import { listenForInterrupts } from './interrupts.ts'
import type { RunOptions } from './options.ts'
import { Screen } from './screen.ts'

type Verb = Report['verb']

async function open(options: RunOptions, screen: Screen, signal: AbortSignal): Promise<Session> {
  if (options.inventory.length === 0) {
    throw new PlanewrightError('usage', 'no inventory was given', {
      remedy: 'Name one with -i: inventories/example/hosts.yaml shows the form.',
    })
  }
  const inventory = await loadInventory({
    sources: options.inventory,
    extraVariables: await readExtraVariables(options.extraVars, process.cwd()),
  })
  return openSession({
    inventory,
    tasks: auditTasks,
    limit: options.limit,
    forks: options.forks,
    listener: (event) => {
      screen.listener(event)
    },
    signal,
  })
}

async function perform(verb: Verb, session: Session, options: RunOptions, screen: Screen) {
  screen.begin(session.hosts.map((prepared) => prepared.host.name))
  const planned = plan(await survey(session), session.tasks)
  const pending = pendingOutcomes(planned)
  await screen.showPlan(pending)
  if (verb === 'plan') return pending
  screen.begin(pending.map((outcome) => outcome.host))
  const proof = options.proof === false ? 'no-proof' : 'proof'
  return verb === 'apply' ? roll(session, planned, { proof }) : verify(session, planned, { proof })
}

/** Runs one verb from its options to its exit code, and says what happened. */
export async function runVerb(verb: Verb, options: RunOptions): Promise<number> {
  const started = new Date()
  const start = performance.now()
  const screen = new Screen(options)
  const { signal, stop } = listenForInterrupts(screen)
  let outcomes: readonly HostOutcome[] = []
  let error: PlanewrightError | undefined
  try {
    await using session = await open(options, screen, signal)
    outcomes = await perform(verb, session, options, screen)
  } catch (thrown) {
    error = toPlanewrightError(thrown)
  }
  stop()
  const milliseconds = performance.now() - start
  const report = makeReport({ verb, started, milliseconds, outcomes, error, interrupted: signal.aborted })
  await screen.end({ outcomes, error, tasks: auditTasks.length, report, verb })
  return report.exitCode
}
