import type { KeptChange, KeptTransaction } from '../guard/history.ts'
import { actionOf } from './history-report.ts'
import type { Style } from './style.ts'
import { visible, visibleLine } from './visible.ts'

const signs = { made: '+', changed: '~', removed: '-' } as const

function changeLine(change: KeptChange): string {
  return `      ${signs[actionOf(change)]} ${change.kind} ${visibleLine(change.path)}`
}

/** Indents further lines, so that none looks like the beginning of a host or a transaction. */
function indent(text: string): string {
  return visible(text).replaceAll('\n', '\n      ')
}

function lines({ status, changes }: KeptTransaction, style: Style): readonly string[] {
  const { id, state, open, origin, reason, failure } = status
  const colour = state === 'confirmed' ? style.good : state === 'undone' ? style.change : style.bad
  const from = origin.from === '' ? '' : ` from ${origin.from}`
  const isOpen = open ? ', still open' : ''
  const by = visibleLine(`${origin.since}  ${origin.who}${from}`)
  return [
    `  ${visibleLine(id)}  ${colour(state)}${isOpen}  ${by}`,
    `      ${visibleLine(origin.what)}`,
    ...(reason === undefined ? [] : [`      ${indent(reason.words)}`]),
    ...(failure === undefined ? [] : [`      ${indent(failure.words)}`]),
    ...changes.map(changeLine),
  ]
}

/** The transactions that one host keeps, the newest last, for people. */
export function historyText(host: string, history: readonly KeptTransaction[], style: Style): string {
  if (history.length === 0) return `${style.bold(host)}\n  no transaction is kept`
  return [style.bold(host), ...history.flatMap((transaction) => lines(transaction, style))].join('\n')
}
