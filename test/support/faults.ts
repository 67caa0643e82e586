import { expect } from 'vitest'
import type { Lab, LabHost } from '../lab/lab.ts'
import { runReport, startPlanewright } from './command.ts'
import { onNode, readCommandLine } from './node.ts'

const folder = '/var/lib/planewright'

/** The states of a transaction that goes forward, and of one that is undone. `confirmed` is in neither list. */
export const forwardStates = ['staged', 'writing', 'stopping', 'starting', 'serving'] as const
export const backwardStates = ['withdrawing', 'restoring', 'recovering', 'undone'] as const

export type HeldState = (typeof forwardStates)[number] | (typeof backwardStates)[number] | 'confirmed'

/** Makes every guard on this node wait in these states, as soon as the state is on the disk. */
export async function holdAt(host: LabHost, ...states: readonly HeldState[]): Promise<void> {
  const lines = states.join('\\n')
  await onNode(
    host,
    `mkdir -p -m 700 ${folder}; printf '${lines}\\n' >${folder}/hold.new; mv ${folder}/hold.new ${folder}/hold`,
  )
}

/**
 * sh that sets `state` to the state of the open transaction, or to nothing if none is open. It starts no process,
 * because it runs often.
 */
const readState = `state= id=
       { read -r id <${folder}/open && read -r state <${folder}/$id/state; } 2>/dev/null || :`

export async function letGo(host: LabHost): Promise<void> {
  await onNode(host, `rm -f ${folder}/hold`)
}

/** Waits until the node's open transaction is in the state. */
export async function awaitState(host: LabHost, state: string): Promise<void> {
  await onNode(
    host,
    `for look in $(seq 1200); do
       ${readState}
       [ "$state" != ${state} ] || exit 0
       sleep 0.1
     done
     cat ${folder}/*/journal ${folder}/*/errors; exit 1`,
  )
}

/** Waits until the node's open transaction is in the state and its guard runs, so that staging has ended. */
export async function awaitHeld(host: LabHost, state: HeldState): Promise<void> {
  await awaitState(host, state)
  await onNode(
    host,
    `for look in $(seq 600); do [ -e ${folder}/$(cat ${folder}/open)/begun ] && exit 0; sleep 0.1; done; exit 1`,
  )
}

/** Kills every apiserver that starts, until the guard gives up and reaches the state. */
export async function crashUntil(host: LabHost, state: HeldState): Promise<void> {
  await onNode(
    host,
    `for look in $(seq 1200); do
       ${readState}
       case $state in ${state}) exit 0 ;; starting) pkill -9 -x kube-apiserver ;; esac
       sleep 0.05
     done
     exit 1`,
  )
}

/** Waits until no transaction is open on the node and the guard's unit is gone. Returns the last transaction's state. */
export async function awaitEnd(host: LabHost): Promise<string> {
  const state = await onNode(
    host,
    `for look in $(seq 3000); do
       if [ ! -e ${folder}/open ] && [ ! -e /etc/systemd/system/planewright-guard.service ]; then
         cat "$(ls -d ${folder}/*/ | tail -n 1)state"; exit 0
       fi
       sleep 0.1
     done
     cat ${folder}/*/journal ${folder}/*/errors; exit 1`,
  )
  return state.trim()
}

/** Lists and hashes all files that a transaction may change, except the audit log. */
export async function readWhole(host: LabHost): Promise<string> {
  return onNode(
    host,
    `for path in /etc/kubernetes /etc/systemd/system; do
       find "$path" -printf '%p %y %m %U:%G %l\\n'; find "$path" -type f -exec sha256sum {} +
       # The lab's own file is written anew at every boot of a node.
       find "$path" -type f ! -name lab.conf -printf '%p %T@\\n'
     done | sort`,
  )
}

/** Waits until the node's own apiserver is ready. */
async function awaitReady(host: LabHost): Promise<void> {
  // curl, because a kubectl every tenth of a second would take half a core from the apiserver that starts.
  const ask = 'curl -fsk --max-time 5 "https://$(hostname -i | cut -d " " -f 1):6443/readyz"'
  const wait = `for look in $(seq 1200); do ${ask} 2>/dev/null && exit 0; sleep 0.1; done; ${ask}`
  expect(await onNode(host, wait)).toBe('ok')
}

/** Expects that the node's apiserver is ready and has this command line. */
export async function expectServing(host: LabHost, words: readonly string[]): Promise<void> {
  await awaitReady(host)
  expect(await readCommandLine(host)).toEqual(words)
}

/**
 * Expects that the guard ends the transaction as `confirmed` by itself and the apiserver is ready. A second `apply` must
 * find nothing to do, and prove it.
 */
export async function expectProven(lab: Lab, host: LabHost): Promise<void> {
  expect(await awaitEnd(host)).toBe('confirmed')
  await awaitReady(host)
  const { exitCode, report } = await runReport(['apply', '-i', lab.inventoryFile, '-l', host.name])
  const [outcome] = report.hosts
  expect(outcome).toMatchObject({ status: 'ok', error: null, changes: [] })
  expect(outcome?.proof).not.toBeNull()
  expect(exitCode).toBe(0)
}

/** Starts an `apply` on one node, as a process that a test can kill. */
export function startApply(
  lab: Pick<Lab, 'inventoryFile'>,
  host: LabHost,
  variables: readonly string[] = [],
) {
  const extra = variables.flatMap((variable) => ['-e', variable])
  return startPlanewright(['apply', '-i', lab.inventoryFile, '-l', host.name, ...extra])
}
