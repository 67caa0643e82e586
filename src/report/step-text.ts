import type { RunEvent, Step } from '../engine/values/event.ts'
import type { Style } from './style.ts'
import { visibleLine } from './visible.ts'

/** What a step is doing, while it does it. */
export const stepNames: Readonly<Record<Step, string>> = {
  survey: 'survey',
  recover: 'end transaction',
  gate: 'ask the cluster',
  kubelet: 'wait for kubelet',
  stage: 'stage',
  write: 'write files',
  restart: 'restart',
  ready: 'wait until ready',
  proof: 'prove',
  confirm: 'confirm',
  check: 'survey again',
  undo: 'undo',
  store: 'update ConfigMap',
}

/** A step that waits, as one line: for what, and how long at most. */
export function waitText(event: Extract<RunEvent, { type: 'step-waits' }>, style: Style): string {
  const name = stepNames[event.step].padEnd(16)
  const limit = style.dim(`<${event.limit / 1000} s`.padStart(8))
  return `${style.change('wait')} ${name} ${limit}  ${visibleLine(event.why.replaceAll('\n', '; '))}`
}

/** A step that ended, as one line: its name, how long it took, and what came of it. */
export function stepText(event: Extract<RunEvent, { type: 'step-ended' }>, style: Style): string {
  const seconds = `${(event.milliseconds / 1000).toFixed(2)} s`.padStart(8)
  const name = stepNames[event.step].padEnd(16)
  const outcome = event.error === undefined ? event.detail : event.error.message
  const mark = event.error === undefined ? style.good('ok  ') : style.bad('FAIL')
  return `${mark} ${name} ${style.dim(seconds)}  ${visibleLine(outcome)}`.trimEnd()
}
