import type { ErrorPlace, PlanewrightError } from '../error.ts'
import type { Style } from './style.ts'
import { visible, visibleLine } from './visible.ts'

/** What is told of an error: of one that was thrown, or of one that stands in a report. */
export interface ErrorWords {
  readonly message: string
  readonly where: { readonly [Part in keyof ErrorPlace]: ErrorPlace[Part] | undefined }
  readonly why: string | undefined
  readonly remedy: string | undefined
}

function placeText(where: ErrorWords['where']): string {
  const position = [where.file, where.line, where.column].filter((part) => part !== undefined).join(':')
  const parts = [
    where.host,
    where.task === undefined ? undefined : `task ${where.task}`,
    where.path,
    position === '' ? undefined : position,
  ]
  return visibleLine(parts.filter((part) => part !== undefined).join(', '))
}

function indent(text: string): string {
  return visible(text).replaceAll('\n', '\n         ')
}

/** An error for eyes: what, where, why, and what to do, a line each. */
export function formatError(error: ErrorWords, style: Style): string {
  return textOf(style.bad('error:'), error, style)
}

/** The same of something that ends nothing. */
export function formatWarning(error: ErrorWords, style: Style): string {
  return textOf(style.change('warning:'), error, style)
}

/** Where in the code it was thrown, for whoever looks for a fault. The words of a host are in it, too. */
export function formatStack({ stack }: PlanewrightError, style: Style): string {
  return style.dim(visible(stack ?? ''))
}

function textOf(kind: string, error: ErrorWords, style: Style): string {
  const place = placeText(error.where)
  return [
    `${kind} ${indent(error.message)}`,
    ...(place === '' ? [] : [`  ${style.dim('where:')} ${place}`]),
    ...(error.why === undefined ? [] : [`  ${style.dim('why:')}   ${indent(error.why)}`]),
    ...(error.remedy === undefined ? [] : [`  ${style.dim('do:')}    ${indent(error.remedy)}`]),
  ].join('\n')
}
