import { beforeAll, describe, expect, test } from 'vitest'
import { describeDifferences } from '../manifest/describe-differences.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { apiVersionsOf, judgedBy } from './judged.ts'
import { askKubeadm } from './real-kubeadm.ts'
import type { KubeadmAnswer } from './real-kubeadm.ts'
import { podEdit } from './wanted.ts'

const lab = await useNodeLab()

const read = apiVersionsOf(lab.kubernetes)
const edited = judgedBy(lab.kubernetes)

let answers: readonly KubeadmAnswer[]

beforeAll(async () => {
  answers = await askKubeadm(
    firstHost(lab),
    edited.map(({ text }) => text),
  )
})

function answerTo(configuration: (typeof edited)[number]): KubeadmAnswer {
  const answer = answers[edited.indexOf(configuration)]
  if (answer === undefined) throw new Error('kubeadm was not asked')
  return answer
}

test(`kubeadm ${lab.kubernetes} reads ${read.join(' and ')} of the table`, () => {
  expect(answers).toHaveLength(edited.length)
  expect(edited.filter(({ isRead }) => isRead).length).toBeGreaterThan(20)
})

describe('edited configurations that kubeadm reads', () => {
  test.each(edited.filter(({ isRead, refusal }) => isRead && refusal === undefined))('$name', (one) => {
    const { isValid, words, manifest } = answerTo(one)
    expect({ isValid, words }).toEqual({ isValid: true, words: expect.stringMatching(/^ok$/m) as string })
    // The manifest that an upgrade would write has all flags and volumes, so the next apply has nothing to do.
    expect(describeDifferences(manifest, podEdit)).toEqual([])
  })

  test.each(edited.filter(({ isRead, refusal }) => isRead && refusal !== undefined))('$name', (one) => {
    const { isValid, words } = answerTo(one)
    expect(isValid).toBe(false)
    expect(words).toContain(one.refusal)
  })
})

test.each(edited.filter(({ isRead }) => !isRead))('refused for its version: $name', (one) => {
  const { isValid, words } = answerTo(one)
  expect(isValid).toBe(false)
  expect(words).toContain(`uses an old API spec: "${one.apiVersion}"`)
})
