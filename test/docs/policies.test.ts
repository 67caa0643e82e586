import { describe, expect, test } from 'vitest'
import { decide, describeRequest, parsePolicy, type Policy } from '../../src/index.ts'
import { renderTemplate } from '../../src/template/render.ts'
import { codeBlocks, readText } from './document.ts'

const user = { name: 'jane', groups: ['system:authenticated'] }

function levelOf(policy: Policy, [method = '', url = '']: readonly string[]): string {
  return decide(policy, describeRequest({ method, url, user })).level
}

const core = '/api/v1/namespaces/default'
const apps = '/apis/apps/v1/namespaces/default'
const other = '/apis/apps/v1/namespaces/kube-system'
const rbac = '/apis/rbac.authorization.k8s.io/v1'

describe('README.md, "What does it log?": the default policy', () => {
  const file = 'templates/preempt-k8s.yaml.hbs'
  const text = renderTemplate(readText(file), { audit_policy_namespaces: ['default'] }, { file })
  const { policy } = parsePolicy(text, { file })

  test.each([
    ['POST', `${core}/pods`],
    ['PATCH', `${core}/pods/web/status`],
    ['DELETE', `${core}/pods/web`],
    ['GET', `${apps}/deployments`],
    ['PUT', `${apps}/deployments/web/status`],
    ['POST', '/apis/rtgroup.critical.com/v1/namespaces/default/rtresources'],
  ])('logs %s %s', (...request) => {
    expect(levelOf(policy, request)).toBe('RequestResponse')
  })

  test.each([
    ['GET', `${core}/secrets/password`],
    ['GET', `${core}/configmaps/settings`],
    ['POST', `${core}/serviceaccounts/default/token`],
    ['POST', `${rbac}/clusterrolebindings`],
    ['POST', `${core}/pods/web/exec?command=sh`],
    ['POST', `${core}/pods/web/attach`],
    ['POST', `${core}/pods/web/portforward`],
    ['GET', `${core}/pods/web/log`],
    ['PATCH', `${apps}/deployments/web/scale`],
    ['GET', `${core}/pods`],
    ['DELETE', `${core}/pods`],
    ['POST', `${core}/pods/web/eviction`],
    ['PATCH', `${other}/deployments/coredns`],
    ['DELETE', '/api/v1/nodes/cp1'],
  ])('does not log %s %s', (...request) => {
    expect(levelOf(policy, request)).toBe('None')
  })
})

const examples = ['README.md', 'docs/quick-start.md'].flatMap((document) =>
  codeBlocks(readText(document), 'yaml')
    .filter((block) => block.includes('audit.k8s.io'))
    .map((block) => [document, block] as const),
)

test('each of the two documents has a policy to copy', () => {
  expect(examples.map(([document]) => document)).toEqual(['README.md', 'docs/quick-start.md'])
})

describe.each(examples)('the policy of %s', (file, text) => {
  const { policy, warnings } = parsePolicy(text, { file })

  test('is accepted without a warning', () => {
    expect(warnings).toEqual([])
  })

  test('logs who touched a secret, and no contents', () => {
    expect(levelOf(policy, ['GET', `${core}/secrets/password`])).toBe('Metadata')
    expect(levelOf(policy, ['PATCH', `${core}/secrets/password`])).toBe('Metadata')
  })

  test('logs exec and changes of RBAC', () => {
    expect(levelOf(policy, ['POST', `${core}/pods/web/exec?command=sh`])).not.toBe('None')
    expect(levelOf(policy, ['POST', `${rbac}/clusterrolebindings`])).not.toBe('None')
  })
})
