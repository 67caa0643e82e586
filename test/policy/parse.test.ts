import { describe, expect, test } from 'vitest'
import { PlanewrightError } from '../../src/error.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { ACCEPTED, REFUSED } from './loading-cases.ts'
import { SPEC_POLICY } from './spec-policy.ts'

function refusal(text: string): PlanewrightError {
  try {
    parsePolicy(text, { file: 'audit-policy.yaml' })
  } catch (error) {
    if (error instanceof PlanewrightError) return error
    throw error
  }
  throw new Error('it was accepted')
}

test('the policy of the specification is read without a warning', () => {
  const { policy, warnings } = parsePolicy(SPEC_POLICY, { file: 'audit-policy.yaml' })
  expect(warnings).toEqual([])
  expect(policy.omitStages).toEqual(['RequestReceived'])
  expect(policy.omitManagedFields).toBe(false)
  expect(policy.rules.map(({ level }) => level)).toEqual([
    'RequestResponse',
    'RequestResponse',
    'RequestResponse',
    'None',
  ])
  expect(policy.rules[2]).toEqual({
    level: 'RequestResponse',
    users: [],
    userGroups: [],
    verbs: ['create', 'update', 'patch', 'delete'],
    resources: [{ group: '', resources: ['pods', 'pods/status'], resourceNames: [] }],
    namespaces: ['default'],
    nonResourceURLs: [],
    omitStages: [],
  })
})

describe('accepted', () => {
  test.each(ACCEPTED)('$what', ({ text, rule, warnings = [] }) => {
    const parsed = parsePolicy(text, { file: 'audit-policy.yaml' })
    expect(parsed.policy.rules[0]).toMatchObject(rule ?? {})
    // Exactly the warnings in the table. A policy with one rule for everything also gets the warning about secrets.
    expect(parsed.warnings.map(({ path }) => path)).toEqual(warnings.map(([path]) => path))
    warnings.forEach(([, words], index) => {
      expect(parsed.warnings[index]?.message).toContain(words)
    })
  })

  test('an omitManagedFields of null counts as absent', () => {
    const text =
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata, omitManagedFields: ~}]\n'
    expect(parsePolicy(text, { file: 'p' }).policy.rules[0]).not.toHaveProperty('omitManagedFields')
  })

  test('a warning says where', () => {
    const text =
      'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata\n  verbs:\n  - get\n  - lst\n'
    expect(parsePolicy(text, { file: 'p' }).warnings).toEqual([
      expect.objectContaining({ path: 'rules[0].verbs[1]', line: 7, column: 5 }),
    ])
  })
})

describe('refused', () => {
  test.each(REFUSED)('$what', ({ text, at, why }) => {
    const error = refusal(text)
    expect(error.code).toBe('policy')
    expect(error.where.file).toBe('audit-policy.yaml')
    expect(error.where.line).toBeGreaterThan(0)
    expect(error.where.column).toBeGreaterThan(0)
    if (at !== undefined) expect([error.where.line, error.where.column]).toEqual(at)
    expect(error.why).toContain(why)
    expect(error.remedy).toBeTruthy()
  })

  test('with everything that is wrong at once, in the order of the file', () => {
    const error = refusal(
      'apiVersion: v1\nkind: Policy\nrules:\n- level: All\n  users: [yes]\n- nonResourceURLs: [a]\n  verb: [get]\n',
    )
    expect(error.why?.split('\n').map((line) => line.replace(/ \(line.*/, ''))).toEqual([
      'apiVersion',
      'rules[0].level',
      'rules[0].users[0]',
      'rules[1].level',
      'rules[1].nonResourceURLs[0]',
      'rules[1].verb',
    ])
  })

  test('aliases that multiply', () => {
    const lists = Array.from({ length: 9 }, (_, level) => {
      const item =
        level === 0 ? '[a, a, a, a, a, a, a, a, a]' : `[${`*l${level - 1}, `.repeat(8)}*l${level - 1}]`
      return `l${level}: &l${level} ${item}`
    })
    expect(refusal(`${lists.join('\n')}\n`).why).toContain('expand to too many values')
  })

  test('nesting without end', () => {
    expect(refusal(`rules: ${'['.repeat(10_000)}`).code).toBe('policy')
  })
})
