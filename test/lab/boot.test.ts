import { expect, test } from 'vitest'
import { nextHostName } from './boot.ts'
import type { LabHost } from './lab.ts'

const named = (...names: string[]): LabHost[] =>
  names.map((name) => ({ name, address: '', port: 22, nodeAddress: '', container: '' }))

test.each([
  ['after three control planes', named('x-cp1', 'x-cp2', 'x-cp3'), [], 'x-cp4'],
  ['after a machine that has not joined', named('x-cp1'), named('x-cp2'), 'x-cp3'],
  ['after a gap', named('x-cp1', 'x-cp4'), [], 'x-cp5'],
  ['after two digits', named('x-cp9', 'x-cp10'), [], 'x-cp11'],
])('%s comes the next number', (_, hosts, machines, name) => {
  expect(nextHostName({ name: 'x', hosts, machines })).toBe(name)
})
