import { openApiserver, type NodeApiserver } from '../apiserver/node-apiserver.ts'
import type { Connection } from '../connection/connection.ts'
import { PlanewrightError, toPlanewrightError } from '../error.ts'
import type { ProcessIdentity, RestartChange } from '../host/change.ts'
import { readHost } from '../host/host-reader.ts'
import { awaitRecovery, checkAlive, restartDeadline, type AwaitedRecovery } from '../host/restart.ts'
import { performChanges, undoChanges } from '../host/transaction.ts'
import type { WrittenChange } from '../host/transaction-script.ts'
import { announce, type Listener, type Step } from './event.ts'
import type { HostPlan } from './host-plan.ts'
import { chooseRequest, prove, type Proof } from './prove.ts'
import { awaitPlannedRestart, awaitSettled } from './restart-component.ts'

/** What a roll needs of one host beside its plan. */
export interface RollingHost {
  readonly plan: HostPlan
  readonly connection: Connection
  /** Surveys the host anew and plans: after a roll nothing may be left to do. */
  readonly planAgain: () => Promise<HostPlan>
}

export interface RollOptions {
  readonly listener: Listener
  /** `proof` finds an event on every host; `no-proof` leaves that out. */
  readonly proof: 'proof' | 'no-proof'
}

/** The changes of one host under way. */
export interface Transaction {
  readonly id: string
  readonly written: readonly WrittenChange[]
  restart: RestartChange | undefined
  /** The process that came with the new files; null until it came. */
  replaced: ProcessIdentity | null
}

/** kube-apiserver's port where no proof is planned (k/k pkg/kubeapiserver/options/serving.go). */
const defaultPort = 6443

/** Milliseconds in which a node that is put back as it was may still be seen to crash. */
const recoveryTimeout = 180_000

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
  async prepare(transaction: Transaction): Promise<void> {
    const provable = this.#host.plan.provable !== null && this.#options.proof === 'proof'
    if (transaction.restart !== undefined || provable) await this.#open()
    if (provable) this.#checkProvable()
    if (transaction.restart?.kubeletAtWork !== true) return
    const { restart } = transaction
    const settle = () => awaitSettled(this.#host.connection, restart, this.#port())
    transaction.restart = await this.#step('settle', settle, () => 'the kubelet has done what it was at')
  }

  async write(transaction: Transaction): Promise<void> {
    const { id, written } = transaction
    const describe = () => (written.length === 1 ? '1 change' : `${written.length} changes`)
    await this.#step('write', () => performChanges(this.#host.connection, id, written), describe)
  }

  async restart(transaction: Transaction, restart: RestartChange): Promise<void> {
    const { connection } = this.#host
    const arrived = await this.#step(
      'restart',
      () => awaitPlannedRestart(connection, restart, this.#port()),
      (process) => `process ${process.pid}`,
    )
    transaction.replaced = arrived
    await this.#step(
      'ready',
      () => this.#awaitReady(restart.component, arrived),
      () => '/readyz',
    )
  }

  async prove(): Promise<Proof | null> {
    const { plan, connection } = this.#host
    const planned = plan.provable
    if (planned === null || this.#options.proof === 'no-proof') return null
    const action = async () => prove(connection, await this.#open(), planned)
    return this.#step('proof', action, (proof) => proof.auditID)
  }

  /** Takes back what was written, and waits until the node serves as before. */
  async undo(transaction: Transaction): Promise<void> {
    const { id, written, restart, replaced } = transaction
    const action = async () => {
      // Whatever runs now runs with the new files, or is about to crash with them: it is what has to go.
      const old = replaced ?? (restart === undefined ? null : await this.#findArrived(restart))
      await undoChanges(this.#host.connection, id, written)
      // Where nothing ran before, nothing is to be waited for.
      if (restart?.before == null) return
      const { component, before } = restart
      const port = this.#port()
      const awaited = { component, old, port, survivor: before, deadline: restartDeadline }
      await this.#recover(awaited)
    }
    await this.#step('undo', action, () =>
      restart?.before == null ? 'the old files are back' : 'the old files are back, and it serves',
    )
  }

  /** A run that changed something has to find nothing left to do. */
  async checkSettled(): Promise<void> {
    const again = await this.#step('check', this.#host.planAgain, (plan) =>
      plan.changes.length === 0 ? 'nothing left to do' : `${plan.changes.length} left`,
    )
    const [left] = again.changes
    if (left === undefined) return
    throw new PlanewrightError('internal', 'the host still differs after the changes', {
      where: { task: left.task, path: left.path },
      why: left.differences.join('; '),
      remedy: 'Does something else write there? Otherwise it is a fault of the task: it does not converge.',
    })
  }

  /** A policy under which nothing could be proven is refused before it costs a restart. */
  #checkProvable(): void {
    const { provable } = this.#host.plan
    if (provable !== null && this.#apiserver !== undefined) chooseRequest(provable, this.#apiserver)
  }

  async #findArrived({ component, before }: RestartChange): Promise<ProcessIdentity | null> {
    const { processes } = await readHost(this.#host.connection).processes(component, [])
    const others = processes.filter((one) => one.startTicks > (before?.startTicks ?? 0))
    return others.toSorted((one, other) => one.startTicks - other.startTicks).at(-1) ?? null
  }

  #port(): number {
    return this.#host.plan.provable?.apiserver.port ?? defaultPort
  }

  async #open(): Promise<NodeApiserver> {
    const { plan, connection } = this.#host
    const at = plan.provable?.apiserver ?? { address: '127.0.0.1', port: defaultPort }
    this.#apiserver ??= await openApiserver(connection, at)
    return this.#apiserver
  }

  async #awaitReady(component: string, process: ProcessIdentity): Promise<void> {
    const apiserver = await this.#open()
    await apiserver.awaitReady(() => checkAlive(this.#host.connection, component, process))
  }

  /** What listens first after an undo may be the pod that has to go, which crashes once more: then again. */
  async #recover(awaited: AwaitedRecovery): Promise<void> {
    const end = performance.now() + recoveryTimeout
    for (;;) {
      try {
        const process = await awaitRecovery(this.#host.connection, awaited)
        await this.#awaitReady(awaited.component, process)
        return
      } catch (thrown) {
        const { code } = toPlanewrightError(thrown)
        if (code !== 'restart' || performance.now() > end) throw thrown
      }
    }
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
