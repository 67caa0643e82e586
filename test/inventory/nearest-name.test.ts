import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { editDistance, nearestName } from '../../src/inventory/nearest-name.ts'

test.each([
  ['', '', 0],
  ['abc', 'abc', 0],
  ['abc', '', 3],
  ['audit', 'audti', 1],
  ['audit', 'audt', 1],
  ['audit', 'auudit', 1],
  ['audit', 'aubit', 1],
  ['ca', 'abc', 3],
  ['kitten', 'sitting', 3],
])('from %j to %j it is %i edits', (left, right, distance) => {
  expect(editDistance(left, right)).toBe(distance)
})

it('counts the same both ways, and at most the longer length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (left, right) => {
      const distance = editDistance(left, right)
      expect(distance).toBe(editDistance(right, left))
      expect(distance).toBeLessThanOrEqual(Math.max(left.length, right.length))
      expect(distance === 0).toBe(left === right)
    }),
  )
})

describe('nearest name', () => {
  const known = ['audit_log_maxage', 'audit_log_maxsize', 'audit_log_path', 'hosts']

  test.each([
    ['audit_log_maxagee', 'audit_log_maxage'],
    ['audit_log_max_age', 'audit_log_maxage'],
    ['audit_log_pth', 'audit_log_path'],
    ['AUDIT_LOG_PATH', 'audit_log_path'],
    ['host', 'hosts'],
    ['something_else', undefined],
    ['x', undefined],
    ['', undefined],
  ])('of %j is %j', (name, nearest) => {
    expect(nearestName(name, known)).toBe(nearest)
  })

  it('is the first of those that are equally near', () => {
    expect(nearestName('cat', ['bat', 'rat'])).toBe('bat')
  })
})
