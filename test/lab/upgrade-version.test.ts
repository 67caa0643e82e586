import { expect, test } from 'vitest'
import { compareVersions, refuseUpgrade } from './upgrade-version.ts'

test.each([
  ['v1.36.3', 'v1.37.2', -1],
  ['v1.37.2', 'v1.37.2', 0],
  ['v1.37.10', 'v1.37.9', 1],
  ['v1.9.11', 'v1.10.0', -1],
])('%s and %s compare as %i', (a, b, order) => {
  expect(Math.sign(compareVersions(a, b))).toBe(order)
})

test.each([
  ['a minor version further', { a: 'v1.36.3', b: 'v1.36.3' }, 'v1.37.2'],
  ['a patch further', { a: 'v1.37.1' }, 'v1.37.2'],
  ['what was broken off', { a: 'v1.37.2', b: 'v1.36.3' }, 'v1.37.2'],
  ['where it is already', { a: 'v1.37.2' }, 'v1.37.2'],
])('to go %s is fine', (_, versions, to) => {
  expect(() => {
    refuseUpgrade(versions, to)
  }).not.toThrow()
})

test.each([
  ['back a patch', { a: 'v1.37.2' }, 'v1.37.1', 'a'],
  ['back a minor version', { a: 'v1.37.2' }, 'v1.36.3', 'a'],
  ['back on one host', { a: 'v1.36.3', b: 'v1.37.2' }, 'v1.37.1', 'b'],
  ['over a minor version', { a: 'v1.35.4' }, 'v1.37.2', 'a'],
  ['over a minor version on one host', { a: 'v1.36.3', b: 'v1.35.4' }, 'v1.37.2', 'b'],
])('to go %s is refused, and the host is named', (_, versions, to, host) => {
  expect(() => {
    refuseUpgrade(versions, to)
  }).toThrow(expect.objectContaining({ code: 'usage', where: { host } }))
})
