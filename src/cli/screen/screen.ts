import {
  clusterPlanText,
  clusterRecapText,
  colourStyle,
  failureText,
  forecastText,
  formatError,
  formatStack,
  formatWarning,
  historyText,
  plainStyle,
  planText,
  proofText,
  recapText,
  toPlanewrightError,
  unlistedText,
  type KeptTransaction,
  type PipelineEvent,
  type PlanDrawn,
  type PlanewrightError,
  type RunResult,
  type Style,
} from '../../index.ts'
import type { RunOptions } from '../options.ts'
import { liveView } from './live-view.ts'
import { plainView } from './plain-view.ts'
import type { View } from './view.ts'

function hasTerminal(): boolean {
  // Some CI systems have a terminal without a width, which cannot be drawn on.
  return process.stderr.isTTY && process.stderr.columns > 0 && process.env.CI === undefined
}

function chooseStyle(options: RunOptions): Style {
  // https://no-color.org: if it is set and not empty, there are no colors.
  const wanted = options.color && (process.env.NO_COLOR ?? '') === ''
  return wanted && process.stderr.isTTY ? colourStyle : plainStyle
}

/**
 * All that the command prints for people. It prints to stderr, except histories, which are the command's
 * result.
 */
export class Screen {
  readonly #options: RunOptions
  readonly #style: Style
  #hosts: readonly string[] = []
  #view: View | undefined
  #shown: Promise<void> = Promise.resolve()
  #failure: PlanewrightError | undefined

  constructor(options: RunOptions) {
    this.#options = options
    this.#style = chooseStyle(options)
  }

  /**
   * Shows events one after the other: closing a live view takes a moment, and the next events come meanwhile.
   */
  readonly listener = (event: PipelineEvent): void => {
    this.#shown = this.#shown
      .then(() => this.#show(event))
      .catch((thrown: unknown) => {
        this.#failure ??= toPlanewrightError(thrown)
      })
  }

  /** Shows a line at once, also in the middle of a live view. */
  note(text: string): void {
    const line = this.#style.change(text)
    if (this.#view === undefined) this.#print(line)
    else this.#view.note(line)
  }

  /** Leaves the terminal as it is, at once: for a process that is about to end. */
  abandon(): void {
    this.#view?.abandon()
    this.#view = undefined
  }

  /** Prints what to do next, after everything else. */
  hint(text: string): void {
    this.#print(text)
  }

  /** Prints an error that is not part of the run, and does not change its result. */
  warn(error: PlanewrightError): void {
    this.#print(formatWarning(error, this.#style))
  }

  showError(error: PlanewrightError): void {
    this.#print(formatError(error, this.#style))
    this.#showStack(error)
  }

  /** The history is the command's result: it goes to stdout, unless a report for programs goes there. */
  showHistory(host: string, history: readonly KeptTransaction[]): void {
    if (this.#options.output === 'json') return
    process.stdout.write(`${historyText(host, history, process.stdout.isTTY ? this.#style : plainStyle)}\n`)
  }

  /** Prints the result of the run. */
  async end({ hosts, clusters, unlisted, report }: RunResult, tasks: number): Promise<void> {
    await this.#close()
    for (const outcome of hosts) {
      this.#print(failureText(outcome, this.#style))
      this.#showStack(outcome.error)
    }
    if (hosts.length > 0) {
      this.#print(recapText(hosts, tasks, this.#style))
      this.#print(proofText(hosts, this.#style))
      this.#print(clusterRecapText(clusters, this.#style))
    }
    this.#print(unlistedText(unlisted, this.#style))
    const isPlan = report.verb === 'plan' || this.#options.check === true
    if (isPlan && report.exitCode === 0) this.#print('Nothing to do.')
  }

  /** Prints the error that ended the whole run. */
  async fail(error: PlanewrightError): Promise<void> {
    await this.#close()
    this.showError(error)
  }

  async #show(event: PipelineEvent): Promise<void> {
    switch (event.type) {
      case 'hosts-selected':
        this.#hosts = event.hosts
        return
      case 'plan-drawn':
        await this.#closeView()
        this.#showPlan(event)
        return
      default:
        this.#view ??= this.#begin()
        this.#view.listener(event)
    }
  }

  #begin(): View {
    return hasTerminal()
      ? liveView(this.#hosts, process.stderr, this.#style)
      : plainView((text) => process.stderr.write(text), this.#style)
  }

  /** Shown before anything is done, so that a person can still stop the run. */
  #showPlan({ hosts, clusters, causes, forecasts, unlisted }: PlanDrawn): void {
    const mode = this.#options.diff === true ? 'diff' : 'no-diff'
    this.#print(planText(hosts, causes, mode, this.#style))
    this.#print(clusterPlanText(clusters, mode, this.#style))
    this.#print(forecastText(forecasts, this.#style))
    this.#print(unlistedText(unlisted, this.#style))
  }

  #showStack(error: PlanewrightError | undefined): void {
    if (error !== undefined && this.#options.verbose >= 3) this.#print(formatStack(error, this.#style))
  }

  #print(text: string): void {
    if (text !== '') process.stderr.write(`${text}\n`)
  }

  async #closeView(): Promise<void> {
    await this.#view?.close()
    this.#view = undefined
  }

  async #close(): Promise<void> {
    await this.#shown
    await this.#closeView()
    if (this.#failure !== undefined) this.warn(this.#failure)
  }
}
