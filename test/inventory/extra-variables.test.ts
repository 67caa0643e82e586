import { describe, expect, it, test } from 'vitest'
import { readExtraVariables } from '../../src/inventory/extra-variables.ts'
import { refusalOf, writeFiles } from './written-files.ts'

async function read(...arguments_: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const variables = await readExtraVariables(arguments_, '/work')
  return Object.fromEntries([...variables].map(([name, { value }]) => [name, value]))
}

test.each<[string, unknown]>([
  ['x=1', { x: '1' }],
  ['x=', { x: '' }],
  ['x=a=b', { x: 'a=b' }],
  ['x=1 y=2', { x: '1', y: '2' }],
  [`x="a b" y='c "d"'`, { x: 'a b', y: 'c "d"' }],
  ['"x=a b"', { '"x': 'a b"' }],
  ['{"x": 1, "y": [true]}', { x: 1, y: [true] }],
  ['{x: yes, y: 22:22}', { x: true, y: 1342 }],
  ['{}', {}],
])('-e %s', async (argument, values) => {
  expect(await read(argument)).toEqual(values)
})

describe('several', () => {
  it('override each other in their order', async () => {
    expect(await read('x=1', '{"x": 2}', 'y=1', 'x=3 z=0')).toEqual({ x: '3', y: '1', z: '0' })
  })

  it('are known as -e, and relative to the working directory', async () => {
    const variables = await readExtraVariables(['x=1', '{"y": 2}'], '/work')
    expect(variables.get('x')).toEqual({ value: '1', source: { description: '-e' }, baseDirectory: '/work' })
    expect(variables.get('y')).toEqual({ value: 2, source: { description: '-e' }, baseDirectory: '/work' })
  })
})

describe('@file', () => {
  it('is read as YAML or JSON, with the place of each variable', async () => {
    const folder = await writeFiles({ 'more.yaml': '# more\nx: yes\n', 'more.json': '{"y": 1e3}' })
    const variables = await readExtraVariables(['@more.yaml', '@more.json'], folder)
    expect(variables.get('x')).toEqual({
      value: true,
      source: { file: 'more.yaml', line: 2, column: 1, description: 'more.yaml:2:1' },
      baseDirectory: folder,
    })
    expect(variables.get('y')?.value).toBe(1000)
  })

  it('that is not there is refused', async () => {
    expect(await refusalOf(() => read('@nowhere.yaml'))).toMatchObject({
      code: 'usage',
      message: 'there is no variables file /work/nowhere.yaml',
    })
  })

  it('that is no YAML is refused with its place', async () => {
    const folder = await writeFiles({ 'bad.yaml': 'x: 1\nx: 2\n' })
    expect(await refusalOf(() => readExtraVariables(['@bad.yaml'], folder))).toMatchObject({
      code: 'inventory',
      where: { file: 'bad.yaml', line: 2, column: 1 },
    })
  })
})

test.each([
  ['nothing', '-e nothing cannot be read', 'Write name=value. Put a value with spaces in quotes.'],
  ['x=1 nothing', '-e x=… cannot be read', 'Write name=value. Put a value with spaces in quotes.'],
  ['=1', '-e =… cannot be read', 'Write name=value. Put a value with spaces in quotes.'],
  ['password="a b', '-e password=… cannot be read', 'Close the quotes.'],
  ['./vars.yaml', '-e ./vars.yaml cannot be read', 'Write @ before the name of a file: -e @./vars.yaml'],
  ['{"password": "secret"', '-e {… cannot be read', 'Write a mapping: -e \'{"name": "value"}\''],
  ['[1]', '-e [… cannot be read', 'Write a mapping: -e \'{"name": "value"}\''],
])('-e %s is refused, its values unshown', async (argument, message, remedy) => {
  expect(await refusalOf(() => read(argument))).toMatchObject({ code: 'usage', message, remedy })
})
