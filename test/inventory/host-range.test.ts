import { describe, expect, test } from 'vitest'
import { parseHostName } from '../../src/inventory/host-name.ts'
import { expandHostRange } from '../../src/inventory/host-range.ts'
import { refusalOf } from './written-files.ts'

describe('host ranges', () => {
  test.each([
    ['node', ['node']],
    ['node[1:3].example', ['node1.example', 'node2.example', 'node3.example']],
    ['node[:2]', ['node0', 'node1', 'node2']],
    ['[01:10:2]', ['01', '03', '05', '07', '09']],
    ['n[08:11]', ['n08', 'n09', 'n10', 'n11']],
    ['n[8:11]', ['n8', 'n9', 'n10', 'n11']],
    ['cp-[a:c]', ['cp-a', 'cp-b', 'cp-c']],
    ['cp-[a:e:2]', ['cp-a', 'cp-c', 'cp-e']],
    ['cp-[y:B]', ['cp-y', 'cp-z', 'cp-A', 'cp-B']],
    ['r[1:2]n[a:b]', ['r1na', 'r1nb', 'r2na', 'r2nb']],
    ['10.0.0.[9:10]', ['10.0.0.9', '10.0.0.10']],
    ['same[5:5]', ['same5']],
  ])('%s', (name, hosts) => {
    expect(expandHostRange(name)).toEqual(hosts)
  })

  test.each([
    ['n[1-3]', 'a range is first:last or first:last:step.'],
    ['n[1:2:3:4]', 'a range is first:last or first:last:step.'],
    ['n[1:]', 'the range has no end.'],
    ['n[3:1]', 'the end of the range is before its start.'],
    ['n[c:a]', 'the end of the range is before its start.'],
    ['n[01:100]', 'with leading zeros, both ends need the same number of digits.'],
    ['n[a:3]', 'a range has to be of numbers or of single letters.'],
    ['n[1:3:0]', 'the step has to be a whole number, 1 or more.'],
    ['n[1:3', 'the closing bracket is missing.'],
  ])('%s is refused', async (name, why) => {
    expect(await refusalOf(() => expandHostRange(name))).toMatchObject({
      code: 'inventory',
      message: `the host range in ${name} cannot be read`,
      why,
    })
  })
})

describe('host names', () => {
  test.each([
    ['node', { name: 'node' }],
    ['node.example:2222', { name: 'node.example', port: 2222 }],
    ['10.0.0.1:22', { name: '10.0.0.1', port: 22 }],
    ['2001:db8::1', { name: '2001:db8::1' }],
    ['[2001:db8::1]:22', { name: '2001:db8::1', port: 22 }],
    ['node[1:3]', { name: 'node[1:3]' }],
    ['node[1:3]:23', { name: 'node[1:3]', port: 23 }],
    ['größe', { name: 'größe' }],
    ['a:b', undefined],
    ['a:b:c', undefined],
    ['node-', undefined],
    ['a,b', undefined],
    ['&a', undefined],
  ])('%s', (text, host) => {
    expect(parseHostName(text)).toEqual(host)
  })
})
