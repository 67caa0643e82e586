import { expect, test } from 'vitest'
import { isReached, momentOf, phases } from './moment.ts'

test('a seed is always the same moment', () => {
  expect(momentOf(4711)).toEqual(momentOf(4711))
})

test('seeds that follow each other see every phase', () => {
  const seen = phases.map((_, index) => momentOf(4711 + index).phase)
  expect(new Set(seen)).toEqual(new Set(phases))
})

test('moments are spread over their phase', () => {
  const parts = Array.from({ length: 200 }, (_, index) => momentOf(index).part)
  const quarters = parts.map((part) => Math.floor(part * 4))
  for (const quarter of [0, 1, 2, 3]) {
    expect(quarters.filter((one) => one === quarter).length).toBeGreaterThan(25)
  }
})

test.each([
  ['starting', 'stopping', false],
  ['starting', 'starting', true],
  ['starting', 'confirmed', true],
  ['starting', 'ended', true],
  ['confirmed', 'withdrawing', true],
] as const)('a cut in %s comes at the sight of %s: %s', (phase, seen, answer) => {
  expect(isReached(phase, seen)).toBe(answer)
})
