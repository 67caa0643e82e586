import { readFile } from 'node:fs/promises'
import Handlebars from 'handlebars'
import { describe, expect, test } from 'vitest'
import { parsePolicy } from '../../src/policy/parse.ts'
import { SPEC_POLICY } from './spec-policy.ts'

async function render(namespaces: readonly string[]): Promise<string> {
  const source = await readFile(new URL('../../templates/preempt-k8s.yaml.hbs', import.meta.url), 'utf8')
  const handlebars = Handlebars.create()
  handlebars.registerHelper('json', (value: unknown) => JSON.stringify(value))
  const template = handlebars.compile(source, { strict: true, noEscape: true })
  return template({ audit_policy_namespaces: namespaces })
}

function parse(text: string): ReturnType<typeof parsePolicy> {
  return parsePolicy(text, { file: 'preempt-k8s.yaml' })
}

describe('the template preempt-k8s', () => {
  test('makes the same decisions as the policy of the specification', async () => {
    expect(parse(await render(['default']))).toEqual(parse(SPEC_POLICY))
  })

  test('follows the namespaces that are given', async () => {
    const { policy } = parse(await render(['default', 'serving-2']))
    const namespaces = policy.rules.map((rule) => rule.namespaces)
    const followed = ['default', 'serving-2']
    expect(namespaces).toEqual([followed, followed, followed, []])
  })

  test('without namespaces there is a warning, because that would mean all of them', async () => {
    const { warnings } = parse(await render([]))
    expect(warnings.map(({ path }) => path)).toEqual([
      'rules[0].namespaces',
      'rules[1].namespaces',
      'rules[2].namespaces',
    ])
  })
})
