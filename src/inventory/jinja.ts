import { PlanewrightError } from '../error.ts'
import { placeOfSource, type Variable } from './variable.ts'

/** Whether a value is a text, or contains one, that Ansible would evaluate as a Jinja template. */
export function isTemplated(value: unknown): boolean {
  if (typeof value === 'string') return /\{\{|\{%|\{#/.test(value)
  return typeof value === 'object' && value !== null && Object.values(value).some(isTemplated)
}

/** The error for such a value in a variable that planewright itself uses. */
export function templatedRefused(name: string, variable: Variable): PlanewrightError {
  return new PlanewrightError('variable', `${name} is a Jinja template`, {
    where: placeOfSource(variable.source),
    why: `Its value, in ${variable.source.description}, has {{ }}, {% %} or {# #} in it. planewright does not evaluate Jinja.`,
    remedy: 'Write the value itself, at the group or host that it is for.',
  })
}
