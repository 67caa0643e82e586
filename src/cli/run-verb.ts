import {
  exitCodes,
  makeReport,
  PlanewrightError,
  toPlanewrightError,
  type PipelineEvent,
  type PipelineOptions,
  type Report,
  type RunResult,
  type Task,
} from '../index.ts'
import { listenForInterrupts } from './interrupts.ts'
import { keepHostsLeft } from './keep-hosts-left.ts'
import type { RunOptions } from './options.ts'
import { readInventory } from './read-inventory.ts'
import { ReportOutput } from './report-output.ts'
import { Screen } from './screen/screen.ts'

/** The options of the command line that all pipelines take. */
export type SharedOptions = Omit<PipelineOptions, 'tasks' | 'clusterTasks' | 'group'>

/** A verb that runs tasks on hosts. */
export interface Verb<Result extends RunResult> {
  readonly name: Report['verb']
  readonly tasks: readonly Task[]
  /** The command that goes on with unfinished hosts; undefined if the verb writes nothing. */
  readonly resume: string | undefined
  /** Checks, before any host is asked, what would fail at the end. Throws PlanewrightError. */
  readonly check?: () => void
  readonly perform: (shared: SharedOptions) => Promise<Result>
  /** Does what is left to do after the result was shown. Throws PlanewrightError. */
  readonly finish?: (result: Result, screen: Screen) => Promise<void>
}

/** The error for a run that was interrupted twice: its hosts' state is unknown. */
function leftAtOnce(): PlanewrightError {
  return new PlanewrightError('interrupted', 'aborted: the state of the hosts is unknown', {
    remedy: 'Run planewright again. The guard on each host undoes a change that was not confirmed.',
  })
}

/** Returns whether an action succeeded, and shows its error if not. */
function succeeds(screen: Screen, action: () => void): boolean {
  try {
    action()
    return true
  } catch (thrown) {
    screen.showError(toPlanewrightError(thrown))
    return false
  }
}

/** The same for an action that takes time. */
async function completes(screen: Screen, action: () => Promise<void>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (thrown) {
    screen.showError(toPlanewrightError(thrown))
    return false
  }
}

/** The exit code of a run whose last step, or whose report, may have failed. */
function exitCodeOf({ exitCode }: Report, isComplete: boolean, isWritten: boolean): number {
  if (!isComplete && exitCode === exitCodes.pending) return exitCodes.failed
  return exitCode === exitCodes.done && !(isComplete && isWritten) ? exitCodes.failed : exitCode
}

/** Runs one verb from its options to its exit code, and prints what happened. */
export async function runVerb<Result extends RunResult>(
  verb: Verb<Result>,
  options: RunOptions,
): Promise<number> {
  const started = new Date()
  const start = performance.now()
  const screen = new Screen(options)
  const output = new ReportOutput(options)
  const usable = succeeds(screen, () => {
    output.check()
    verb.check?.()
  })
  if (!usable) return exitCodes.usage
  const left = verb.resume === undefined ? undefined : keepHostsLeft(verb.resume, options)
  const failed = (error: PlanewrightError, interrupted: boolean) => {
    const milliseconds = performance.now() - start
    return makeReport({ verb: verb.name, started, milliseconds, outcomes: [], error, interrupted })
  }
  const { signal, stop } = listenForInterrupts(screen, () => {
    left?.keep(screen)
    // An old report that says that all is well would otherwise stay.
    succeeds(screen, () => {
      output.writeFile(failed(leftAtOnce(), true))
    })
  })
  const listener = (event: PipelineEvent) => {
    screen.listener(event)
    left?.listener(event)
  }
  let report: Report
  let complete = true
  try {
    const inventory = await readInventory(options)
    const { hosts = [], limit, forks } = options
    const result = await verb.perform({ inventory, hosts, limit, forks, listener, signal })
    await screen.end(result, verb.tasks.length)
    report = result.report
    complete = await completes(screen, async () => verb.finish?.(result, screen))
  } catch (thrown) {
    const error = toPlanewrightError(thrown)
    await screen.fail(error)
    report = failed(error, signal.aborted)
  }
  const written = succeeds(screen, () => {
    output.write(report)
  })
  // Only now: a signal must not end the process between the last host and its report.
  stop()
  if (report.error === null) left?.keep(screen)
  return exitCodeOf(report, complete, written)
}
