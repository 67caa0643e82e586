import { describe, expect, test } from 'vitest'
import { PlanewrightError } from '../../src/error.ts'
import { describeRequest } from '../../src/policy/request.ts'
import { REQUESTS } from './request-cases.ts'

describe('what a policy is matched against', () => {
  test.each(REQUESTS)('$method $url', ({ method, url, expected }) => {
    const request = describeRequest({ method, url })
    const found =
      request.kind === 'resource'
        ? [
            request.verb,
            request.apiGroup,
            request.apiVersion,
            request.namespace,
            request.resource,
            request.subresource,
            request.name,
          ]
        : [request.verb, request.path]
    expect(found).toEqual(expected)
  })

  test('keeps who asks, and leaves out nobody', () => {
    const user = { name: 'bob', groups: ['devs'] }
    expect(describeRequest({ method: 'GET', url: '/version', user }).user).toEqual(user)
    expect(describeRequest({ method: 'GET', url: '/version' })).not.toHaveProperty('user')
    expect(describeRequest({ method: 'GET', url: '/api/v1/pods' })).not.toHaveProperty('user')
  })
})

describe('what the apiserver refuses before it audits', () => {
  test.each([
    '',
    'version',
    'https://10.0.0.1/version',
    '/a b',
    '/a\n',
    '/%zz',
    '/%ff',
    '/api/v1/watch',
    '/api/v1/proxy',
  ])('%j', (url) => {
    expect(() => describeRequest({ method: 'GET', url })).toThrow(PlanewrightError)
  })
})
