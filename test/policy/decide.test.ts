import { describe, expect, test } from 'vitest'
import { decide } from '../../src/policy/decide.ts'
import { parsePolicy } from '../../src/policy/parse.ts'
import { describeRequest } from '../../src/policy/request.ts'
import { MATCHING } from './matching-cases.ts'

describe.each(MATCHING)('$what', ({ policy: text, requests }) => {
  const { policy } = parsePolicy(text, { file: 'audit-policy.yaml' })

  test.each(requests)(
    '$method $url',
    (asked, { level, rule, omitStages = [], omitManagedFields = false }) => {
      expect(decide(policy, describeRequest(asked))).toEqual({ level, rule, omitStages, omitManagedFields })
    },
  )
})
