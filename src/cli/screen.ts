import type { ClusterOutcome } from '../engine/values/cluster-outcome.ts'
import type { Forecasts } from '../engine/stored/forecast-hosts.ts'
import { forecastText } from '../report/forecast-text.ts'
import type { Causes } from '../engine/explain/explain.ts'
import type { RunEvent } from '../engine/values/event.ts'
import type { HostOutcome } from '../engine/values/outcome.ts'
import type { UnlistedControlPlanes } from '../engine/cluster/unlisted.ts'
import type { KeptTransaction } from '../guard/history.ts'
import type { PlanewrightError } from '../error.ts'
import { clusterPlanText, clusterRecapText } from '../report/cluster-text.ts'
import { errorText, stackText, warningText } from '../report/error-text.ts'
import { failureText } from '../report/failure-text.ts'
import { historyText } from '../report/history-text.ts'
import { liveView } from '../report/live-view.ts'
import { plainView } from '../report/plain-view.ts'
import { planText } from '../report/plan-text.ts'
import { proofText, recapText } from '../report/recap.ts'
import type { Report } from '../report/schema.ts'
import { colourStyle, plainStyle, type Style } from '../report/style.ts'
import { unlistedText } from '../report/unlisted-text.ts'
import type { View } from '../report/view.ts'
import type { RunOptions } from './options.ts'

/** What is shown when a run has ended. */
export interface Ending {
  readonly outcomes: readonly HostOutcome[]
  readonly clusters: readonly ClusterOutcome[]
  readonly unlisted: UnlistedControlPlanes
  readonly error: PlanewrightError | undefined
  readonly tasks: number
  readonly report: Report
  readonly verb: Report['verb']
}

function hasTerminal(): boolean {
  // Some CI systems give a terminal that has no width and cannot be drawn on.
  return process.stderr.isTTY && process.stderr.columns > 0 && process.env.CI === undefined
}

function chooseStyle(options: RunOptions): Style {
  // https://no-color.org: set and not empty means none.
  const wanted = options.color && (process.env.NO_COLOR ?? '') === ''
  return wanted && process.stderr.isTTY ? colourStyle : plainStyle
}

/** All that the command prints for eyes: on stderr, but for the histories that were asked for. */
export class Screen {
  readonly #options: RunOptions
  readonly #style: Style
  #view: View | undefined

  constructor(options: RunOptions) {
    this.#options = options
    this.#style = chooseStyle(options)
  }

  /** Begins a live view of these hosts; the one before has to be closed. */
  begin(hosts: readonly string[]): void {
    this.#view = hasTerminal()
      ? liveView(hosts, process.stderr, this.#style)
      : plainView((text) => process.stderr.write(text), this.#style)
  }

  listener(event: RunEvent): void {
    this.#view?.listener(event)
  }

  /** Shows a line at once, also in the middle of a live view. */
  note(text: string): void {
    const line = this.#style.change(text)
    if (this.#view === undefined) this.#print(line)
    else this.#view.note(line)
  }

  /** Leaves the terminal as it stands, at once: for a process that is about to end. */
  abandon(): void {
    this.#view?.abandon()
    this.#view = undefined
  }

  /** What to do next, when all else is told. */
  hint(text: string): void {
    this.#print(text)
  }

  /** Something that went wrong beside the run, and changes nothing of what it came to. */
  warn(error: PlanewrightError): void {
    this.#print(warningText(error, this.#style))
  }

  async showPlan(
    outcomes: readonly HostOutcome[],
    { clusters, causes }: Pick<Ending, 'clusters'> & { readonly causes: Causes },
  ): Promise<void> {
    await this.#close()
    const mode = this.#options.diff === true ? 'diff' : 'no-diff'
    this.#print(planText(outcomes, causes, mode, this.#style))
    this.#print(clusterPlanText(clusters, mode, this.#style))
  }

  /** What an upgrade would lose and gain. */
  showForecasts(forecasts: Forecasts): void {
    this.#print(forecastText(forecasts, this.#style))
  }

  /** Whom the inventory lacks: before anything is done, while one may still stop it. */
  showUnlisted(unlisted: UnlistedControlPlanes): void {
    this.#print(unlistedText(unlisted, this.#style))
  }

  showError(error: PlanewrightError): void {
    this.#print(errorText(error, this.#style))
    this.#showStack(error)
  }

  /** The history is what was asked for: it goes to stdout, unless a report for machines does. */
  showHistory(host: string, history: readonly KeptTransaction[]): void {
    if (this.#options.output === 'json') return
    process.stdout.write(`${historyText(host, history, process.stdout.isTTY ? this.#style : plainStyle)}\n`)
  }

  async end({ outcomes, clusters, unlisted, error, tasks, report, verb }: Ending): Promise<void> {
    await this.#close()
    for (const outcome of outcomes) {
      this.#print(failureText(outcome, this.#style))
      this.#showStack(outcome.error)
    }
    if (error !== undefined) this.showError(error)
    if (outcomes.length > 0) {
      this.#print(recapText(outcomes, tasks, this.#style))
      this.#print(proofText(outcomes, this.#style))
      this.#print(clusterRecapText(clusters, this.#style))
    }
    this.showUnlisted(unlisted)
    const isPlan = verb === 'plan' || this.#options.check === true
    if (isPlan && report.exitCode === 0) this.#print('Nothing to do.')
  }

  #showStack(error: PlanewrightError | undefined): void {
    if (error !== undefined && this.#options.verbose >= 3) this.#print(stackText(error, this.#style))
  }

  #print(text: string): void {
    if (text !== '') process.stderr.write(`${text}\n`)
  }

  async #close(): Promise<void> {
    await this.#view?.close()
    this.#view = undefined
  }
}
