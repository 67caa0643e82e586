import type { ErrorPlace, PlanewrightError } from '../error.ts'
import type { Style } from './style.ts'
import { visible, visibleLine } from './visible.ts'

/** What is printed about an error: one that was thrown, or one in a report. */
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

/** Formats an error for people: what, where, why, and what to do, a line each. */
export function formatError(error: ErrorWords, style: Style): string {
  return textOf(style.bad('error:'), error, style)
}

/** Formats an error that ends nothing. */
export function formatWarning(error: ErrorWords, style: Style): string {
  return textOf(style.change('warning:'), error, style)
}

/** Where in the code it was thrown, for people who look for a fault. It may have a host's words in it. */
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
