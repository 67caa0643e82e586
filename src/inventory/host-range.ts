import { PlanewrightError } from '../error.ts'

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/**
 * Expands a name with ranges: `node[1:3]` is node1, node2, node3; `[01:10:2]` keeps the zeros and goes in
 * steps of two; `[a:c]` counts letters. Both ends are included; several ranges multiply (ansible-core 2.19,
 * plugins/inventory/__init__.py, expand_hostname_range).
 *
 * @throws PlanewrightError `inventory`, without a place, for a range that cannot be counted or is empty
 */
export function expandHostRange(name: string): readonly string[] {
  const range = /^([^[]*)\[([^\]]*)\](.*)$/s.exec(name)
  if (range === null) {
    if (!name.includes('[')) return [name]
    throw badRange(name, 'the closing bracket is missing')
  }
  const [, head = '', bounds = '', tail = ''] = range
  return countRange(name, bounds).flatMap((item) => expandHostRange(head + item + tail))
}

function countRange(name: string, bounds: string): readonly string[] {
  const [first, last, stepText, ...rest] = bounds.split(':')
  if (first === undefined || last === undefined || rest.length > 0) {
    throw badRange(name, 'a range is first:last or first:last:step')
  }
  if (last === '') throw badRange(name, 'the range has no end')
  const step = Number(stepText ?? 1)
  if (!Number.isInteger(step) || step < 1)
    throw badRange(name, 'the step has to be a whole number, 1 or more')
  const items = countLetters(first, last, step) ?? countNumbers(name, first || '0', last, step)
  if (items.length === 0) throw badRange(name, 'the end of the range is before its start')
  return items
}

function countLetters(first: string, last: string, step: number): readonly string[] | undefined {
  if (!/^[a-z]$/i.test(first) || !/^[a-z]$/i.test(last)) return undefined
  const span = letters.slice(letters.indexOf(first), letters.indexOf(last) + 1)
  return span.split('').filter((_, index) => index % step === 0)
}

function countNumbers(name: string, first: string, last: string, step: number): readonly string[] {
  if (!/^\d+$/.test(first) || !/^\d+$/.test(last)) {
    throw badRange(name, 'a range has to be of numbers or of single letters')
  }
  const padded = first.length > 1 && first.startsWith('0')
  if (padded && first.length !== last.length) {
    throw badRange(name, 'with leading zeros, both ends need the same number of digits')
  }
  const items: string[] = []
  for (let number = Number(first); number <= Number(last); number += step) {
    items.push(String(number).padStart(padded ? first.length : 0, '0'))
  }
  return items
}

function badRange(name: string, why: string): PlanewrightError {
  return new PlanewrightError('inventory', `the host range in ${name} cannot be read`, {
    why: `${why}.`,
    remedy: 'Write it as node[1:3], node[01:10:2] or node-[a:c].',
  })
}
