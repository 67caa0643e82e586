import { openApiserver, type NodeApiserver } from '../../apiserver/node-apiserver.ts'
import type { Connection } from '../../connection/connection.ts'
import { differenceText } from '../../difference/difference.ts'
import { PlanewrightError, toPlanewrightError } from '../../error.ts'
import { cancel, confirm, follow, stage } from '../../guard/guard.ts'
import type { TransactionStatus, TransactionState } from '../../guard/transaction-status.ts'
import { drainOf, type GuardSettings, type Transaction } from '../../guard/transaction.ts'
import type { ProcessIdentity, RestartChange } from '../../host/change.ts'
import { checkAlive } from '../../host/restart.ts'
import { announce, type Listener, type Step } from '../values/event.ts'
import { transactionFailure, undoFailure } from './transaction-failure.ts'
import type { HostPlan } from '../values/host-plan.ts'
import type { Proof } from '../values/proof.ts'
import { chooseRequest, prove } from './prove.ts'
import { awaitPlannedRestart, checkFlags } from './restart-component.ts'

/** What a roll needs of one host beside its plan. */
export interface RollingHost {
  readonly plan: HostPlan
  readonly connection: Connection
  /** How its transactions are performed. */
  readonly settings: GuardSettings
  /** Aborted when a person stops the run: nothing new is begun then. */
  readonly signal: AbortSignal
  /** Makes sure that its cluster bears it when it is touched; throws a PlanewrightError. */
  readonly gate: () => Promise<void>
  /** Surveys the host anew and plans: after a roll nothing may be left to do. */
  readonly planAgain: () => Promise<HostPlan>
}

export interface RollOptions {
  readonly listener: Listener
  /** `proof` finds an event on every host; `no-proof` leaves that out. */
  readonly proof: 'proof' | 'no-proof'
}

const onItsWay: readonly TransactionState[] = ['staged', 'writing', 'stopping', 'starting', 'serving']

/** The steps of one host's roll; each is announced, with its time, and throws a PlanewrightError. */
export class HostSteps {
  readonly #host: RollingHost
  readonly #options: RollOptions
  #apiserver: NodeApiserver | undefined

  constructor(host: RollingHost, options: RollOptions) {
    this.#host = host
    this.#options = options
  }

  /**
   * Makes sure, before anything is written, that the apiserver can be asked afterwards: without that a restart could
   * not be told from a failure, and would be undone.
   */
  async prepare(restart: RestartChange | undefined): Promise<void> {
    const provable = this.#host.plan.provable !== null && this.#options.proof === 'proof'
    if (restart?.component === 'kube-apiserver' || provable) await this.#checkAskable(restart)
    if (provable) this.#checkProvable()
  }

  /** Stages the transaction; from there on its guard performs it. */
  async stage(transaction: Transaction): Promise<void> {
    const { length } = transaction.changes
    const describe = () => (length === 1 ? '1 change' : `${length} changes`)
    await this.#step('stage', () => stage(this.#host.connection, transaction), describe)
  }

  /** Follows the guard until what it wrote serves. */
  async perform(transaction: Transaction): Promise<void> {
    const news = follow(this.#host.connection, transaction.id, 'serving')
    let seen: TransactionStatus | undefined
    const next = async (until: readonly TransactionState[]) => {
      while (seen === undefined || !until.includes(seen.state)) {
        const { value, done } = await news.next()
        if (done === true) throw new PlanewrightError('internal', 'a transaction ended without a state')
        const reached = seen?.state
        seen = value
        if (!onItsWay.includes(value.state)) throw transactionFailure(value, transaction, reached)
      }
      return seen
    }
    try {
      await this.#step(
        'write',
        () => next(['stopping', 'starting', 'serving']),
        () => '',
      )
      const { restart } = transaction
      if (restart === undefined) return
      const restarted = async () => {
        const { process } = await next(['serving'])
        if (process === undefined)
          throw new PlanewrightError('internal', 'a process that serves was not noted')
        checkFlags(restart, process)
        return process
      }
      const arrived = await this.#step('restart', restarted, (process) => `process ${process.pid}`)
      await this.#ready(restart.component, arrived)
    } finally {
      await news.return()
    }
  }

  /** Waits for a restart that the kubelet is at already, because of what was written before this run. */
  async awaitRestart(restart: RestartChange): Promise<void> {
    const { connection, settings } = this.#host
    const arrived = await this.#step(
      'restart',
      () => awaitPlannedRestart(connection, restart, restart.listens.port, drainOf(settings)),
      (process) => `process ${process.pid}`,
    )
    await this.#ready(restart.component, arrived)
  }

  async prove(): Promise<Proof | null> {
    const { plan, connection } = this.#host
    const planned = plan.provable
    if (planned === null || this.#options.proof === 'no-proof') return null
    const action = async () => prove(connection, await this.#open(planned.apiserver), planned)
    return this.#step('proof', action, (proof) => proof.auditID)
  }

  /** Tells the guard that all is well. It may have given up a moment before. Gives how the transaction has ended. */
  async confirm(transaction: Transaction): Promise<TransactionStatus> {
    const action = async () => {
      const status = await confirm(this.#host.connection, transaction.id)
      if (status.state !== 'confirmed') throw transactionFailure(status, transaction, 'serving')
      return status
    }
    return this.#step('confirm', action, () => transaction.id)
  }

  /**
   * Has the guard undo the transaction where it does not do so already, and waits until the node serves as before.
   * Gives how it ended, with the guard's words on why.
   */
  async undo(transaction: Transaction, error: PlanewrightError): Promise<TransactionStatus> {
    const { connection } = this.#host
    const action = async () => {
      const status = await cancel(connection, transaction.id, error.message)
      if (status.state !== 'undone') throw undoFailure(status)
      const { restart } = transaction
      // Where nothing ran before, nothing is to come back: what is noted is the process that had to go.
      if (restart?.before == null) return { ...status, process: undefined }
      if (status.process !== undefined) await this.#awaitReady(restart.component, status.process)
      return status
    }
    return this.#step('undo', action, ({ process }) =>
      process === undefined
        ? 'the old files are back'
        : `the old files are back, and process ${process.pid} serves`,
    )
  }

  /** A run that changed something has to find nothing left to do. */
  async checkConverged(): Promise<void> {
    const again = await this.#step('check', this.#host.planAgain, (plan) =>
      plan.changes.length === 0 ? 'nothing left to do' : `${plan.changes.length} left`,
    )
    const [left] = again.changes
    if (left === undefined) return
    throw new PlanewrightError('internal', `${this.#host.plan.host} still differs after the change`, {
      where: { task: left.task, path: left.path },
      why: left.differences.map(differenceText).join('; '),
      remedy:
        'Check whether something else writes to this path. If nothing does, the task does not converge: correct the task.',
    })
  }

  /** A policy under which nothing could be proven is refused before it costs a restart. */
  #checkProvable(): void {
    const { provable } = this.#host.plan
    if (provable !== null && this.#apiserver !== undefined) chooseRequest(provable, this.#apiserver)
  }

  /** Where it runs, it answers us now, or would not do so after the restart either. */
  async #checkAskable(restart: RestartChange | undefined): Promise<void> {
    const { provable } = this.#host.plan
    const at = provable?.apiserver ?? restart?.listens
    if (at === undefined) return
    const apiserver = await this.#open(at)
    if (restart?.before != null) await apiserver.checkCredentials()
  }

  async #open(at: { readonly address: string; readonly port: number }): Promise<NodeApiserver> {
    this.#apiserver ??= await openApiserver(this.#host.connection, at)
    return this.#apiserver
  }

  async #ready(component: string, process: ProcessIdentity): Promise<void> {
    await this.#step(
      'ready',
      () => this.#awaitReady(component, process),
      () => '/readyz',
    )
  }

  /** Other static pods than kube-apiserver are there when they listen: nobody may ask them. */
  async #awaitReady(component: string, process: ProcessIdentity): Promise<void> {
    const check = () => checkAlive(this.#host.connection, component, process)
    await (component === 'kube-apiserver' ? this.#apiserver?.awaitReady(check) : check())
  }

  async #step<Result>(
    step: Step,
    action: () => Promise<Result>,
    describe: (result: Result) => string,
  ): Promise<Result> {
    const { host } = this.#host.plan
    const locate = (thrown: unknown) => toPlanewrightError(thrown).at({ host })
    return announce(this.#options.listener, host, step, action, describe, locate)
  }
}
