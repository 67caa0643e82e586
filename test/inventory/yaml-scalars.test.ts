import { expect, test } from 'vitest'
import { parseYamlFile } from '../../src/inventory/yaml-file.ts'
import { valueOf } from '../../src/inventory/yaml-node.ts'

function read(text: string): unknown {
  const yaml = parseYamlFile(text, 'values.yaml')
  return valueOf(yaml, yaml.document.contents)
}

// The values that ansible-core 2.19 with PyYAML 6.0.3 reads.
test.each<[string, unknown]>([
  ['yes', true],
  ['Yes', true],
  ['on', true],
  ['TRUE', true],
  ['no', false],
  ['Off', false],
  ['y', 'y'],
  ['N', 'N'],
  ['yEs', 'yEs'],
  ['"yes"', 'yes'],
  ['~', null],
  ['null', null],
  ['', null],
  ['0644', 420],
  ['0o644', '0o644'],
  ['08', '08'],
  ['0x1F', 31],
  ['-0b11', -3],
  ['1_000', 1000],
  ['+12', 12],
  ['22:22', 1342],
  ['-1:30', -90],
  ['0:30', '0:30'],
  ['22:62', '22:62'],
  ['190:20:30.15', 685_230.15],
  ['1e5', '1e5'],
  ['1.5e3', '1.5e3'],
  ['1.5e+3', 1500],
  ['1.', 1],
  ['.5', 0.5],
  ['-.5', '-.5'],
  ['1.2.3', '1.2.3'],
  ['-.inf', -Infinity],
  ['.nan', Number.NaN],
  ['2001-12-14', '2001-12-14'],
  ['12345678901234567890', '12345678901234567890'],
  ['!!str 12', '12'],
  ['!!int "12"', 12],
  ['!unsafe "{{ text }}"', '{{ text }}'],
])('%j is %j', (text, value) => {
  expect(read(`value: ${text}`)).toEqual({ value })
})

test('a text that is JSON is read as JSON', () => {
  const text = '{"a": 1e5, "b": "yes",\n\t"c": [true, null, -1.5E-1, 12345678901234567890]}'
  expect(read(text)).toEqual({ a: 100_000, b: 'yes', c: [true, null, -0.15, '12345678901234567890'] })
})

test('merge keys add only keys that the mapping itself lacks', () => {
  const text = 'base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\nown:\n  b: 5\n  <<: [*base, *more]\n'
  expect(read(text)).toMatchObject({ own: { a: 1, b: 5, c: 4 } })
})

test('names with a meaning in JavaScript are ordinary names', () => {
  expect(Object.keys(read('__proto__: {a: 1}\nconstructor: 2\n') as object)).toEqual([
    '__proto__',
    'constructor',
  ])
})
