import { expect } from 'vitest'
import type { Lab, LabHost } from '../lab/lab.ts'
import { runReport, startPlanewright } from './command.ts'
import { onNode, readCommandLine } from './node.ts'

const folder = '/var/lib/planewright'

/** The states of a transaction that is on its way, and of one that is on its way back; it may stand after `confirmed`. */
export const forwardStates = ['staged', 'writing', 'stopping', 'starting', 'serving'] as const
export const backwardStates = ['withdrawing', 'restoring', 'recovering', 'undone'] as const

export type HeldState = (typeof forwardStates)[number] | (typeof backwardStates)[number] | 'confirmed'

/** Guards of this node wait in the state, from the moment in which it is on the disk. */
export async function holdAt(host: LabHost, ...states: readonly HeldState[]): Promise<void> {
  const lines = states.join('\\n')
  await onNode(
    host,
    `mkdir -p -m 700 ${folder}; printf '${lines}\\n' >${folder}/hold.new; mv ${folder}/hold.new ${folder}/hold`,
  )
}

/** sh that sets state to the open transaction's, empty where none is open; starts no process, as it is run often. */
const readState = `state= id=
       { read -r id <${folder}/open && read -r state <${folder}/$id/state; } 2>/dev/null || :`

export async function letGo(host: LabHost): Promise<void> {
  await onNode(host, `rm -f ${folder}/hold`)
}

/** Until the node's open transaction is in the state. */
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

/** The same, and its guard is held there: nobody is staging any more. */
export async function awaitHeld(host: LabHost, state: HeldState): Promise<void> {
  await awaitState(host, state)
  await onNode(
    host,
    `for look in $(seq 600); do [ -e ${folder}/$(cat ${folder}/open)/begun ] && exit 0; sleep 0.1; done; exit 1`,
  )
}

/** Kills every apiserver that comes up, until its guard gives up and is in the state. */
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

/** Until no transaction is open on the node, and its unit is gone; gives the state that the last one ended in. */
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

/** All that a transaction may change, but for the log that an apiserver has written meanwhile. */
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

/** Until the node's own apiserver is ready. */
async function awaitReady(host: LabHost): Promise<void> {
  // By curl: a kubectl every tenth of a second would take half a processor from the apiserver that starts.
  const ask = 'curl -fsk --max-time 5 "https://$(hostname -i | cut -d " " -f 1):6443/readyz"'
  const wait = `for look in $(seq 1200); do ${ask} 2>/dev/null && exit 0; sleep 0.1; done; ${ask}`
  expect(await onNode(host, wait)).toBe('ok')
}

/** The node serves, with these words on its apiserver's command line. */
export async function expectServing(host: LabHost, words: readonly string[]): Promise<void> {
  await awaitReady(host)
  expect(await readCommandLine(host)).toEqual(words)
}

/** By itself, without anybody: the new configuration stands and serves, and a rerun finds it proven and nothing to do. */
export async function expectProven(lab: Lab, host: LabHost): Promise<void> {
  expect(await awaitEnd(host)).toBe('confirmed')
  await awaitReady(host)
  const { exitCode, report } = await runReport(['apply', '-i', lab.inventoryFile, '-l', host.name])
  const [outcome] = report.hosts
  expect(outcome).toMatchObject({ status: 'ok', error: null, changes: [] })
  expect(outcome?.proof).not.toBeNull()
  expect(exitCode).toBe(0)
}

/** An apply of one node in a process of its own, which can be killed. */
export function startApply(
  lab: Pick<Lab, 'inventoryFile'>,
  host: LabHost,
  variables: readonly string[] = [],
) {
  const extra = variables.flatMap((variable) => ['-e', variable])
  return startPlanewright(['apply', '-i', lab.inventoryFile, '-l', host.name, ...extra])
}
