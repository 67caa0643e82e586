import { isNode } from 'yaml'
import type { z } from 'zod'
import { PlanewrightError } from '../error.ts'
import type { Path } from './draft.ts'
import { positionOf } from './source.ts'
import type { YamlSource } from './source.ts'

/**
 * Reads a text as a value of a type.
 * @throws PlanewrightError with the code of the text's kind, and with line and column, if a field has another
 * type.
 */
export function checkShape<Shape>(source: YamlSource, type: z.ZodType<Shape>): Shape {
  const result = type.safeParse(source.value)
  if (result.success) return result.data
  const { kind, where } = source
  const { issues } = result.error
  const path = issues[0]?.path.map((step) => (typeof step === 'number' ? step : String(step))) ?? []
  throw new PlanewrightError(kind.code, `${kind.name} is not a valid ${kind.kind}`, {
    where: { ...where, ...placeOf(source, path) },
    why: issues.map((issue) => `${fieldName(issue.path)}: ${issue.message}`).join('; '),
    remedy: kind.correct,
  })
}

/** The position of the deepest existing value on the path to a field that may be missing. */
export function placeOf(source: YamlSource, path: Path): { line: number; column: number } {
  for (let length = path.length; length > 0; length -= 1) {
    const node = source.document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return positionOf(source.text, node.range[0])
  }
  return positionOf(source.text, source.document.contents?.range[0] ?? 0)
}

function fieldName(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
  return steps.join('').replace(/^\./, '') || 'the document'
}
