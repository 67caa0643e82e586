import { expect, test } from 'vitest'
import { requireLabName } from '../state.ts'
import { parseControlPlanes, parseRelease, parseVersion } from './arguments.ts'

test.each([
  [undefined, undefined],
  ['1', 1],
  ['3', 3],
  ['7', 7],
])('--control-planes %s is %s', (value, number) => {
  expect(parseControlPlanes(value)).toBe(number)
})

test.each(['0', '8', '-1', '3.5', 'three', ''])('--control-planes %s is refused', (value) => {
  expect(() => parseControlPlanes(value)).toThrow(expect.objectContaining({ code: 'usage' }))
})

test.each([
  [undefined, undefined],
  ['v1.37.2', 'v1.37.2'],
  ['1.36.3', 'v1.36.3'],
])('--kubernetes %s is %s', (value, version) => {
  expect(parseVersion(value)).toBe(version)
})

test.each(['1.37', 'latest', 'v2.0.0', 'v1.37.2; rm'])('--kubernetes %s is refused', (value) => {
  expect(() => parseVersion(value)).toThrow(expect.objectContaining({ code: 'usage' }))
})

test.each([
  ['v1.37.2', 'v1.37.2'],
  ['1.37.2', 'v1.37.2'],
])('--to %s is %s', (value, version) => {
  expect(parseRelease('--to', value)).toBe(version)
})

test.each(['1.37', 'v1.37.2-rc.0', 'stable', ''])('--to %s is refused, and the option is named', (value) => {
  expect(() => parseRelease('--to', value)).toThrow(`--to ${value} is not a release`)
})

test.each(['lab', 'a', 'test-4711', 'a'.repeat(40)])('%s can be a name', (name) => {
  expect(requireLabName(name)).toBe(name)
})

test.each(['', 'Lab', '1lab', 'lab-', 'a/b', '..', 'a'.repeat(41)])('%s cannot be a name', (name) => {
  expect(() => requireLabName(name)).toThrow(expect.objectContaining({ code: 'usage' }))
})
