import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  describeConfigurationDifferences,
  editClusterConfiguration,
  readClusterConfiguration,
} from '../../src/kubeadm/cluster-configuration.ts'
import { describeDifferences } from '../manifest/describe-differences.ts'
import { manifestOf } from './kubeadm-manifest.ts'
import { randomConfiguration } from './random-configuration.ts'
import type { RandomArgument, RandomConfiguration, RandomVolume } from './random-configuration.ts'
import { place, podEdit, settings } from './wanted.ts'

const tidy = (path: string) => path.replace(/(?<=.)\/$/, '')

function isOurArgument({ name }: Pick<RandomArgument, 'name'>): boolean {
  return Object.hasOwn(settings.flags, name.replace(/^-*/, '').replaceAll('_', '-'))
}

/** Whether the edit may change a volume. The volumes of others have names and paths that planewright does not want. */
function isOurVolume({ name }: Pick<RandomVolume, 'name'>): boolean {
  return !['data', 'certs', 'n'].includes(name)
}

function expectArguments({ args }: RandomConfiguration, edited: string): void {
  const { extraArgs } = readClusterConfiguration(edited, place)
  const others = args.filter((one) => !isOurArgument(one))
  expect(extraArgs.filter((one) => !isOurArgument(one))).toEqual(others)
  const ours = extraArgs.filter(isOurArgument)
  expect(Object.fromEntries(ours.map(({ name, value }) => [name, value]))).toEqual(settings.flags)
  expect(ours).toHaveLength(Object.keys(settings.flags).length)
}

function expectVolumes({ volumes }: RandomConfiguration, edited: string): void {
  const { extraVolumes } = readClusterConfiguration(edited, place)
  const whole = (volume: RandomVolume) => ({ readOnly: false, pathType: '', ...volume })
  const others = volumes.filter((one) => !isOurVolume(one)).map(whole)
  expect(extraVolumes.filter((one) => !isOurVolume(one))).toEqual(others)
  const ours = extraVolumes
    .filter(isOurVolume)
    .map((one) => ({ ...one, hostPath: tidy(one.hostPath), mountPath: tidy(one.mountPath) }))
    .toSorted((one, other) => (one.name < other.name ? 1 : -1))
  expect(ours).toEqual(settings.volumes)
}

function expectKeptText({ text, comments }: RandomConfiguration, edited: string): void {
  for (const comment of comments) {
    const times = (whole: string) => whole.split(/\r?\n/).filter((line) => line.endsWith(comment)).length
    expect(`${comment}: ${times(edited)}`).toBe(`${comment}: ${times(text)}`)
  }
  expect(edited.endsWith('\n')).toBe(text.endsWith('\n'))
  // A text without any line end does not determine the line ends of new lines.
  if (text.includes('\n')) expect(/(?<!\r)\n/.test(edited)).toBe(/(?<!\r)\n/.test(text))
}

/** `PROPERTY_RUNS=10000` makes more runs. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 100)

test(
  'editClusterConfiguration makes any configuration what is wanted, and nothing else of it',
  { timeout: 120_000 + 1_000 * numRuns },
  () => {
    fc.assert(
      fc.property(randomConfiguration, (configuration) => {
        const { text } = configuration
        const edited = editClusterConfiguration(text, settings, place)
        expect(editClusterConfiguration(edited, settings, place)).toBe(edited)
        expect(describeConfigurationDifferences(edited, settings, place)).toEqual([])
        expect(describeConfigurationDifferences(text, settings, place).length > 0).toBe(edited !== text)
        expectArguments(configuration, edited)
        expectVolumes(configuration, edited)
        expectKeptText(configuration, edited)
        const manifest = manifestOf(readClusterConfiguration(edited, place))
        expect(describeDifferences(manifest, podEdit)).toEqual([])
      }),
      { numRuns },
    )
  },
)
