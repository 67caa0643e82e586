import { readFileSync } from 'node:fs'
import type { Connection } from '../connection/connection.ts'
import { quote } from '../connection/shell.ts'
import { PlanewrightError } from '../error.ts'
import { lastWords } from './last-words.ts'
import { arrivalScript, processScript } from './process-script.ts'
import type { ProcessIdentity } from './change.ts'

interface Awaited {
  /** Seconds until the restart counts as failed. */
  readonly deadline: number
  /** The program's name, for example `kube-apiserver`. */
  readonly component: string
  /** The process that has to go; null if none ran. */
  readonly old: ProcessIdentity | null
  /** Where the program listens; 0 if it does not. */
  readonly port: number
}

/** The restart that is awaited after a change. */
export interface AwaitedRestart extends Awaited {
  /**
   * What the new process has on its command line. A process without it belongs to an earlier manifest: the
   * kubelet may still be at work on a recent edit, and starts that one first.
   */
  readonly arguments: readonly string[]
  /**
   * Seconds that requests in flight get after the old apiserver closed its port; then it is ended. It would
   * only wait for watches, which never end, until the kubelet kills it after 30 s. Null leaves it to the
   * kubelet.
   */
  readonly drain: number | null
}

/** The process that started. */
export interface NewProcess extends ProcessIdentity {
  readonly argv: readonly string[]
}

/**
 * Seconds until a restart counts as failed. The kubelet alone takes 36-43 s on Kubernetes 1.37: 30 s of
 * grace, and a look at the pod every 10-15 s. A busy machine takes longer.
 */
export const restartDeadline = 180

const script = readFileSync(new URL('restart.sh', import.meta.url), 'utf8')

interface Watch extends Awaited {
  readonly arguments: readonly string[]
  readonly drain: number | null
  readonly watched: ProcessIdentity | null
}

type Seen =
  | { readonly kind: 'listening'; readonly process: NewProcess }
  | { readonly kind: 'there' | 'crashed' | 'timeout'; readonly log: string }

function assign(name: string, process: ProcessIdentity | null): string {
  return `${name}_pid=${process?.pid ?? 0} ${name}_ticks=${process?.startTicks ?? 0}`
}

async function watch(connection: Connection, wanted: Watch): Promise<Seen> {
  const settings = [
    `component=${quote(wanted.component)}`,
    assign('old', wanted.old),
    assign('watched', wanted.watched),
    `arguments=${quote(wanted.arguments.join('\n'))}`,
    `others='' port=${wanted.port} grace=${wanted.drain ?? "''"} deadline=${wanted.deadline}`,
    processScript,
    arrivalScript,
  ]
  const result = await connection.run([...settings, script].join('\n'), {
    timeoutMs: (wanted.deadline + 30) * 1000,
  })
  const [kind, ...fields] = result.stdout.toString('latin1').trim().split(' ')
  const text = Buffer.from(fields.at(-1) ?? '', 'base64').toString('utf8')
  if (kind === 'listening') {
    const argv = text.split('\0').slice(0, -1)
    return { kind, process: { pid: Number(fields[0]), startTicks: Number(fields[1]), argv } }
  }
  if (kind === 'there' || kind === 'crashed' || kind === 'timeout') return { kind, log: text }
  throw new PlanewrightError('restart', `the restart of ${wanted.component} cannot be observed`, {
    why: result.stderr.toString('utf8').trim(),
    remedy: 'planewright needs a POSIX sh and coreutils on the host.',
  })
}

function crashed(component: string, log: string): PlanewrightError {
  return new PlanewrightError('restart', `the new ${component} does not stay up`, {
    reasonCode: 'crashed',
    why: log.trim() === '' ? 'it left no log' : `its last words:\n${lastWords(log)}`,
    remedy: 'Correct what its last words name, then run planewright again.',
  })
}

function late({ component, deadline }: Awaited, log: string): PlanewrightError {
  return new PlanewrightError('restart', `no new ${component} serves after ${deadline} s`, {
    reasonCode: 'not-listening',
    why: log.trim() === '' ? 'it left no log' : `its last words:\n${lastWords(log)}`,
    remedy: 'Find out why the kubelet does not start it: journalctl -u kubelet, crictl ps -a',
  })
}

/**
 * Waits until the kubelet has replaced a static pod's process and the new one listens. It may still crash
 * after that: kube-apiserver opens its port before it reads its audit policy; see {@link checkAlive}.
 *
 * @throws PlanewrightError `restart` with the program's own last words, `unreachable`.
 */
export async function awaitRestart(connection: Connection, awaited: AwaitedRestart): Promise<NewProcess> {
  const seen = await watch(connection, { ...awaited, watched: null })
  if (seen.kind === 'listening') return seen.process
  throw seen.kind === 'crashed' ? crashed(awaited.component, seen.log) : late(awaited, seen.log)
}

/**
 * Checks that a process still runs.
 *
 * @throws PlanewrightError `restart` with the program's own last words if it is gone, `unreachable`.
 */
export async function checkAlive(
  connection: Connection,
  component: string,
  process: ProcessIdentity,
): Promise<void> {
  const unused = { old: null, deadline: 0, port: 0, arguments: [], drain: null }
  const seen = await watch(connection, { ...unused, component, watched: process })
  if (seen.kind === 'crashed') throw crashed(component, seen.log)
}
