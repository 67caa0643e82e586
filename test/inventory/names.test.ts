import { join } from 'node:path'
import { expect, it, test } from 'vitest'
import { loadInventory } from '../../src/inventory/inventory.ts'
import { checkVariableNames } from '../../src/inventory/names.ts'
import { loadText, noVariables, refusalOf, writeFiles } from './written-files.ts'

const known = {
  declared: ['audit_log_maxage', 'audit_log_path', 'kube_apiserver_manifest', 'restart', 'audit_log_path'],
  prefixes: ['audit_', 'kube_apiserver_'],
}

it('accepts declared names, and names without one of the prefixes', async () => {
  const inventory = await loadText(
    'all: {hosts: {a: {audit_log_maxage: 1, restrat: x, auditor: y, note: "{{ z }}"}}}',
  )
  expect(() => {
    checkVariableNames(inventory, known)
  }).not.toThrow()
})

test.each([
  ['audit_log_maxagee', 'Did you mean audit_log_maxage?'],
  ['audit_log_pth', 'Did you mean audit_log_path?'],
  ['kube_apiserver_manifset', 'Did you mean kube_apiserver_manifest?'],
  [
    'audit_zzz',
    'Remove it, or choose a name with another prefix. planewright knows audit_log_maxage, audit_log_path, kube_apiserver_manifest, restart.',
  ],
])('refuses %s', async (name, remedy) => {
  const folder = await writeFiles({
    'hosts.yaml': 'g: {hosts: {a: , b: }}',
    'group_vars/g.yaml': `# ours\naudit_log_path: /x\n${name}: 1\n`,
  })
  const inventory = await loadInventory({
    sources: [join(folder, 'hosts.yaml')],
    extraVariables: noVariables,
  })
  const file = join(folder, 'group_vars/g.yaml')
  expect(
    await refusalOf(() => {
      checkVariableNames(inventory, known)
    }),
  ).toMatchObject({
    code: 'variable',
    message: `there is no variable ${name}`,
    where: { file, line: 3, column: 1 },
    why: `${file}:3:1 sets it, but no task declares it.`,
    remedy,
  })
})

it('names all wrong names, each once', async () => {
  const folder = await writeFiles({
    'hosts.yaml':
      'all:\n  vars:\n    audit_log_pth: 1\n    audit_other: 2\n  hosts:\n    a:\n    b:\n      audit_log_pth: 3\n',
  })
  const file = join(folder, 'hosts.yaml')
  const inventory = await loadInventory({ sources: [file], extraVariables: noVariables })
  expect(
    await refusalOf(() => {
      checkVariableNames(inventory, known)
    }),
  ).toMatchObject({
    code: 'variable',
    message: 'there are no variables audit_log_pth, audit_other',
    where: { file, line: 3, column: 5 },
    why:
      'No task declares them:\n' +
      `${file}:3:5: audit_log_pth (did you mean audit_log_path?)\n` +
      `${file}:4:5: audit_other\n` +
      `${file}:8:7: audit_log_pth (did you mean audit_log_path?)`,
  })
})

it('names -e as the source of a name from there', async () => {
  const variable = { value: '1', source: { description: '-e' }, baseDirectory: '/' }
  const inventory = await loadInventory({
    sources: ['a,'],
    extraVariables: new Map([['audit_log_maxag', variable]]),
  })
  expect(
    await refusalOf(() => {
      checkVariableNames(inventory, known)
    }),
  ).toMatchObject({
    where: {},
    why: '-e sets it, but no task declares it.',
  })
})

test.each(['"{{ days }}"', '["a", {b: "{% if x %}"}]', '"a {# b #}"'])(
  'refuses Jinja in a declared variable: %s',
  async (value) => {
    const inventory = await loadText(`all:\n  hosts:\n    a:\n      audit_log_path: ${value}\n`)
    const error = await refusalOf(() => {
      checkVariableNames(inventory, known)
    })
    expect(error).toMatchObject({
      code: 'variable',
      message: 'audit_log_path is a Jinja template',
      where: { line: 4, column: 7 },
      remedy: 'Write the value itself, at the group or host that it is for.',
    })
  },
)
