import type { HostOutcome } from '../engine/values/outcome.ts'
import type { Style } from './style.ts'
import { visibleLine } from './visible.ts'

function count(outcome: HostOutcome, tasks: number) {
  const { status, changes, undone } = outcome
  const changed = new Set(changes.map((change) => change.task)).size
  const reached = status === 'ok' || status === 'changed' || status === 'pending'
  return {
    ok: reached ? tasks : 0,
    changed: status === 'changed' || status === 'pending' ? changed : 0,
    unreachable: status === 'unreachable' ? 1 : 0,
    failed: status === 'failed' ? 1 : 0,
    skipped: status === 'skipped' ? tasks : 0,
    rescued: undone ? 1 : 0,
    ignored: 0,
  }
}

function colour(outcome: HostOutcome, style: Style): (text: string) => string {
  if (outcome.status === 'failed' || outcome.status === 'unreachable') return style.bad
  return outcome.status === 'ok' ? style.good : style.change
}

/**
 * Ansible's recap, a line for each host. `ok` and `changed` count tasks, `rescued` says that changes were
 * undone. Before an apply, `changed` counts what would change, as in Ansible's check mode.
 */
export function recapText(outcomes: readonly HostOutcome[], tasks: number, style: Style): string {
  const width = Math.max(...outcomes.map((outcome) => outcome.host.length))
  const lines = outcomes.map((outcome) => {
    const counts = Object.entries(count(outcome, tasks)).map(([name, number]) => `${name}=${number}`)
    return `${colour(outcome, style)(outcome.host.padEnd(width))} : ${counts.join(' ')}`
  })
  return ['RECAP', ...lines].join('\n')
}

/** The proofs, a line for each host: what was found, when, and where. */
export function proofText(outcomes: readonly HostOutcome[], style: Style): string {
  const lines = outcomes.flatMap(({ host, proof }) => {
    if (proof === null) return []
    const { auditID, requestReceivedTimestamp: received, stageTimestamp: stage, logFile } = proof
    const request = visibleLine(`${auditID}  ${proof.verb} ${proof.requestURI} ${proof.status}`)
    const event = `received ${received}  ${proof.stage} ${stage ?? '(not in this format)'}  in ${logFile}`
    return [`${style.good(host)}  ${request}`, `  ${visibleLine(event)}`]
  })
  return lines.length === 0 ? '' : ['PROOFS', ...lines].join('\n')
}
