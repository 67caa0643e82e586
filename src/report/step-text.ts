import type { RunEvent, Step } from '../engine/values/event.ts'
import type { Style } from './style.ts'
import { visibleLine } from './visible.ts'

/** The name of each step while it runs. */
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

/** A waiting step in one line: what it waits for, and how long at most. */
export function waitText(event: Extract<RunEvent, { type: 'step-waits' }>, style: Style): string {
  const name = stepNames[event.step].padEnd(16)
  const limit = style.dim(`<${event.limit / 1000} s`.padStart(8))
  return `${style.change('wait')} ${name} ${limit}  ${visibleLine(event.why.replaceAll('\n', '; '))}`
}

/** An ended step in one line: its name, its time, and its result. */
export function stepText(event: Extract<RunEvent, { type: 'step-ended' }>, style: Style): string {
  const seconds = `${(event.milliseconds / 1000).toFixed(2)} s`.padStart(8)
  const name = stepNames[event.step].padEnd(16)
  const outcome = event.error === undefined ? event.detail : event.error.message
  const mark = event.error === undefined ? style.good('ok  ') : style.bad('FAIL')
  return `${mark} ${name} ${style.dim(seconds)}  ${visibleLine(outcome)}`.trimEnd()
}
