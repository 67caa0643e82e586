import { beforeAll, describe, expect, test } from 'vitest'
import {
  editClusterConfiguration,
  readClusterConfiguration,
} from '../../src/kubeadm/cluster-configuration.ts'
import { describeDifferences } from '../../src/manifest/edit.ts'
import { firstHost, useLab } from '../support/lab.ts'
import { askKubeadm } from './real-kubeadm.ts'
import type { KubeadmAnswer } from './real-kubeadm.ts'
import { storedConfigurations } from './stored-configurations.ts'
import { place, podEdit, settings } from './wanted.ts'

const lab = await useLab()

/**
 * The versions that the lab's kubeadm reads: v1beta3 up to v1.36 (k/k v1.37.2 `cmd/kubeadm/app/util/config/common.go`,
 * validateSupportedVersion).
 */
const minor = Number(/^v1\.(\d+)\./.exec(lab.kubernetes)?.[1])
const read = minor < 37 ? ['v1beta3', 'v1beta4'] : ['v1beta4']

/** The configurations as the edit leaves them, of a cluster of the lab's version: kubeadm goes back one minor only. */
const edited = storedConfigurations.map((configuration) => {
  const text = editClusterConfiguration(configuration.before, settings, place)
  const { apiVersion } = readClusterConfiguration(text, place)
  return {
    ...configuration,
    apiVersion,
    text: text.replace(/(kubernetesVersion"?: "?)v[\d.]+/, `$1${lab.kubernetes}`),
    isRead: read.some((version) => apiVersion === `kubeadm.k8s.io/${version}`),
  }
})

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
    // What an upgrade would write has the wanted flags and volumes, and the next apply nothing left to do.
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
