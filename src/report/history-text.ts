import type { KeptChange, KeptTransaction } from '../guard/history.ts'
import { actionOf } from './history-report.ts'
import type { Style } from './style.ts'
import { visible } from './visible.ts'

const signs = { made: '+', changed: '~', removed: '-' } as const

function changeLine(change: KeptChange): string {
  return `      ${signs[actionOf(change)]} ${change.kind} ${visible(change.path).replaceAll('\n', '\\n')}`
}

function lines({ standing, changes }: KeptTransaction, style: Style): readonly string[] {
  const { id, state, open, origin, reason, failure } = standing
  const colour = state === 'confirmed' ? style.good : state === 'undone' ? style.change : style.bad
  const from = origin.from === '' ? '' : ` from ${origin.from}`
  const isOpen = open ? ', still open' : ''
  return [
    `  ${id}  ${colour(state)}${isOpen}  ${origin.since}  ${visible(origin.who)}${visible(from)}`,
    `      ${visible(origin.what)}`,
    ...(reason === undefined ? [] : [`      ${visible(reason)}`]),
    ...(failure === undefined ? [] : [`      ${visible(failure)}`]),
    ...changes.map(changeLine),
  ]
}

/** The transactions that one host keeps, the newest last, for eyes. */
export function historyText(host: string, history: readonly KeptTransaction[], style: Style): string {
  if (history.length === 0) return `${style.bold(host)}\n  no transaction is kept`
  return [style.bold(host), ...history.flatMap((transaction) => lines(transaction, style))].join('\n')
}
