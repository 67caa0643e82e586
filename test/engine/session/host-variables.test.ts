import { describe, expect, test } from 'vitest'
import { resolveVariables } from '../../../src/engine/session/host-variables.ts'
import { AbsolutePath, defineTask, TemplateReference, WholeNumber, z, type Task } from '../../../src/index.ts'
import type { Host } from '../../../src/inventory/inventory.ts'
import { auditTasks } from '../../../tasks/index.ts'

function hostWith(values: Readonly<Record<string, unknown>>): Host {
  const source = { file: 'hosts.yaml', line: 7, column: 9, description: 'hosts.yaml:7' }
  const entries = Object.entries(values).map(([name, value]) => {
    return [name, { value, source, baseDirectory: '/inventory' }] as const
  })
  return { name: 'cp1', groups: ['all', 'kube_control_plane'], variables: new Map(entries) }
}

function taskWith(params: z.ZodObject): Task {
  return defineTask({ name: 'task', params, gather: () => ({}), plan: () => [] })
}

test('declared variables are parsed and have defaults; others are kept for templates', () => {
  const host = hostWith({ audit_log_maxage: '7', mine: [1] })
  const { all, byTask } = resolveVariables(host, auditTasks)
  expect(all).toMatchObject({
    audit_log_maxage: 7,
    audit_log_maxbackup: 10,
    mine: [1],
    inventory_hostname: 'cp1',
    group_names: ['all', 'kube_control_plane'],
  })
  expect(byTask.get('kube-apiserver audit flags')).toMatchObject({
    audit_log_maxage: 7,
    audit_log_maxsize: 100,
  })
  expect(byTask.get('audit policy')).not.toHaveProperty('mine')
})

test('a value that is wrong is refused with its place, its task, and what it is', () => {
  const act = () => resolveVariables(hostWith({ audit_log_maxage: -3 }), auditTasks)
  expect(act).toThrow(
    expect.objectContaining({
      code: 'variable',
      where: { host: 'cp1', file: 'hosts.yaml', line: 7, column: 9, task: 'kube-apiserver audit flags' },
      why: 'audit_log_maxage must not be negative; it is -3 (hosts.yaml:7)',
    }),
  )
})

test('a value that is missing is refused by its name', () => {
  const act = () => resolveVariables(hostWith({}), [taskWith(z.object({ mine: z.string('has to be text') }))])
  expect(act).toThrow(expect.objectContaining({ why: 'mine has to be text; it is not set' }))
})

test('a template is relative to the place where its variable was set, a default to the working directory', () => {
  const params = z.object({
    one: TemplateReference,
    two: TemplateReference.default('two'),
    three: z.string(),
  })
  const { templates } = resolveVariables(hostWith({ one: './one.hbs', three: 'x' }), [taskWith(params)])
  expect(templates).toEqual(
    new Map([
      ['./one.hbs', '/inventory'],
      ['two', process.cwd()],
    ]),
  )
})

describe('the types of variables', () => {
  test.each([
    [0, 0],
    [30, 30],
    ['30', 30],
    ['007', 7],
  ])('a whole number: %j', (value, parsed) => {
    expect(WholeNumber.parse(value)).toBe(parsed)
  })

  test.each([
    [-1],
    [1.5],
    ['-1'],
    ['1.5'],
    [''],
    ['1e3'],
    ['0x10'],
    [' 1'],
    [Infinity],
    [NaN],
    [2 ** 31],
    [true],
    [null],
    [[]],
  ])('no whole number: %j', (value) => {
    expect(WholeNumber.safeParse(value).success).toBe(false)
  })

  test.each(['/a', '/etc/kubernetes/audit-policy.yaml', '/ä/b c', '/.hidden', '/a..b/...'])(
    'a path: %j',
    (value) => {
      expect(AbsolutePath.parse(value)).toBe(value)
    },
  )

  test.each([
    '',
    '-',
    '/',
    '//',
    'a',
    './a',
    '~/a',
    '/a/',
    '/a//b',
    '/a/../b',
    '/a/.',
    '/a\nb',
    '/a\u0000',
    '/a\u007f',
    '/a:b',
  ])('no path: %j', (value) => {
    expect(AbsolutePath.safeParse(value).success).toBe(false)
  })
})
