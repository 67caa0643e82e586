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

/** What a roll needs for one host, in addition to its plan. */
export interface RollingHost {
  readonly plan: HostPlan
  readonly connection: Connection
  /** How its transactions are performed. */
  readonly settings: GuardSettings
  /** Aborted when a person stops the run: then nothing new begins. */
  readonly signal: AbortSignal
  /** Checks that the host's cluster is healthy enough for a change; throws a PlanewrightError. */
  readonly gate: () => Promise<void>
  /** Surveys and plans the host again: after a roll, nothing may be left to do. */
  readonly planAgain: () => Promise<HostPlan>
}

export interface RollOptions {
  readonly listener: Listener
  /** `proof` finds an event on every host; `no-proof` skips that. */
  readonly proof: 'proof' | 'no-proof'
}

const onItsWay: readonly TransactionState[] = ['staged', 'writing', 'stopping', 'starting', 'serving']

/** The steps of one host's roll. Each is announced with its time, and throws a PlanewrightError. */
export class HostSteps {
  readonly #host: RollingHost
  readonly #options: RollOptions
  #apiserver: NodeApiserver | undefined

  constructor(host: RollingHost, options: RollOptions) {
    this.#host = host
    this.#options = options
  }

  /**
   * Checks, before anything is written, that planewright will be able to ask the apiserver afterwards. If it
   * could not, a restart would look like a failure, and would be undone.
   */
  async prepare(restart: RestartChange | undefined): Promise<void> {
    const provable = this.#host.plan.provable !== null && this.#options.proof === 'proof'
    if (restart?.component === 'kube-apiserver' || provable) await this.#checkAskable(restart)
    if (provable) this.#checkProvable()
  }

  /** Stages the transaction; from then on its guard performs it. */
  async stage(transaction: Transaction): Promise<void> {
    const { length } = transaction.changes
    const describe = () => (length === 1 ? '1 change' : `${length} changes`)
    await this.#step('stage', () => stage(this.#host.connection, transaction), describe)
  }

  /** Follows the guard until the change serves. */
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

  /**
   * Waits for a restart that the kubelet is already performing, because of what was written before this run.
   */
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

  /** Confirms the transaction, and returns how it ended: the guard may have undone it a moment before. */
  async confirm(transaction: Transaction): Promise<TransactionStatus> {
    const action = async () => {
      const status = await confirm(this.#host.connection, transaction.id)
      if (status.state !== 'confirmed') throw transactionFailure(status, transaction, 'serving')
      return status
    }
    return this.#step('confirm', action, () => transaction.id)
  }

  /**
   * Makes the guard undo the transaction, if it is not doing so already, and waits until the node serves as
   * before. Returns how it ended, with the guard's reason.
   */
  async undo(transaction: Transaction, error: PlanewrightError): Promise<TransactionStatus> {
    const { connection } = this.#host
    const action = async () => {
      const status = await cancel(connection, transaction.id, error.message)
      if (status.state !== 'undone') throw undoFailure(status)
      const { restart } = transaction
      // If nothing ran before, nothing has to come back: the recorded process is the one that had to go.
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

  /** After a run that changed something, there must be nothing left to do. */
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

  /** Refuses a policy that can prove nothing, before it costs a restart. */
  #checkProvable(): void {
    const { provable } = this.#host.plan
    if (provable !== null && this.#apiserver !== undefined) chooseRequest(provable, this.#apiserver)
  }

  /** If the apiserver runs but does not answer now, it would not answer after the restart either. */
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

  /**
   * Other static pods than kube-apiserver count as ready when they listen, as planewright cannot ask them.
   */
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
