import { expect, test } from 'vitest'
import { childrenTime } from './processor-time.ts'
import { median, pairedRatio } from './statistics.ts'

test.each([
  { values: [3], expected: 3 },
  { values: [9, 1, 5], expected: 5 },
  { values: [10, 1, 2, 9], expected: 5.5 },
])('the median of $values is $expected', ({ values, expected }) => {
  expect(median(values)).toBe(expected)
})

test('the median of no values is NaN', () => {
  expect(median([])).toBeNaN()
})

test('compares the values of the same round, so that a slow round changes no ratio', () => {
  expect(pairedRatio([100, 500, 110], [200, 1000, 200])).toBe(0.5)
})

test('the processor time of ended children is read past a name with spaces and brackets', () => {
  const fields = ['S', ...Array.from({ length: 12 }, (_value, index) => index + 4), 7, 5, 99]
  expect(childrenTime(`42 (a) b ( c) ${fields.join(' ')}\n`)).toBe(120)
})
