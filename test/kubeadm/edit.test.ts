import { diffArrays } from 'diff'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  describeConfigurationDifferences,
  editClusterConfiguration,
  readClusterConfiguration,
} from '../../src/kubeadm/cluster-configuration.ts'
import { storedConfigurations } from './stored-configurations.ts'
import { place, settings } from './wanted.ts'

interface Volume {
  readonly name: string
  readonly hostPath: string
  readonly mountPath: string
}

interface Configuration {
  apiServer?: {
    extraArgs?: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[] | null
    extraVolumes?: readonly Volume[] | null
  } | null
}

/** The value as another YAML reader reads it, with the apiserver's arguments and volumes apart from the rest. */
function valueOf(text: string) {
  const { apiServer, ...rest } = parse(text, { version: '1.1' }) as Configuration
  const { extraArgs, extraVolumes, ...others } = apiServer ?? {}
  const args = Array.isArray(extraArgs)
    ? (extraArgs as Readonly<Record<string, unknown>>[]).map(
        ({ name, value }) => [String(name), value] as const,
      )
    : Object.entries(extraArgs ?? {})
  return { rest, others, args, volumes: extraVolumes ?? [] }
}

/** Whether the name is one of the wanted flags, in any spelling. */
function isOurs([name]: readonly [string, unknown]): boolean {
  return Object.hasOwn(settings.flags, name.replaceAll(/^-*|=.*/g, '').replaceAll('_', '-'))
}

function gone(before: string, after: string): string[] {
  const lines = (text: string) => text.split(/\r?\n/)
  return diffArrays(lines(before), lines(after)).flatMap(({ removed, value }) => (removed ? value : []))
}

test('the table has at least thirty different configurations, of all versions', () => {
  const texts = new Set(storedConfigurations.map(({ before }) => before))
  expect(texts.size).toBe(storedConfigurations.length)
  expect(texts.size).toBeGreaterThanOrEqual(30)
  const versions = storedConfigurations.map(
    ({ before }) => readClusterConfiguration(before, place).apiVersion,
  )
  expect(new Set(versions)).toEqual(
    new Set(['v1beta2', 'v1beta3', 'v1beta4'].map((version) => `kubeadm.k8s.io/${version}`)),
  )
})

describe.each(storedConfigurations)('$name', (configuration) => {
  const { before } = configuration
  const after = configuration.after ?? before
  const edited = editClusterConfiguration(before, settings, place)

  test('becomes the wanted configuration, and a second edit changes nothing', () => {
    expect(edited).toBe(after)
    expect(editClusterConfiguration(edited, settings, place)).toBe(edited)
    expect(describeConfigurationDifferences(edited, settings, place)).toEqual([])
  })

  test('loses only the lines that must go', () => {
    expect(gone(before, edited)).toEqual(configuration.gone ?? [])
  })

  test('has the wanted arguments and volumes once, and all others as before', () => {
    const [was, is] = [valueOf(before), valueOf(edited)]
    expect(is.rest).toEqual(was.rest)
    expect(is.others).toEqual(was.others)
    expect(Object.fromEntries(is.args.filter(isOurs))).toEqual(settings.flags)
    expect(is.args.filter(isOurs)).toHaveLength(Object.keys(settings.flags).length)
    expect(is.args.filter((one) => !isOurs(one))).toEqual(was.args.filter((one) => !isOurs(one)))
    const names = is.volumes.map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
    const { extraVolumes } = readClusterConfiguration(edited, place)
    const tidy = (path: string) => path.replaceAll(/\/+/g, '/').replace(/\/$/, '')
    for (const wanted of settings.volumes) {
      const found = extraVolumes.find(({ name }) => name === wanted.name)
      const { hostPath = '', mountPath = '' } = found ?? {}
      expect({ ...found, hostPath: tidy(hostPath), mountPath: tidy(mountPath) }).toEqual(wanted)
    }
  })

  test('the differences say so', () => {
    const differences = describeConfigurationDifferences(before, settings, place)
    if (configuration.differences !== undefined) expect(differences).toEqual(configuration.differences)
    expect(differences.length > 0).toBe(edited !== before)
  })
})

test('two wanted volumes may have the same host path, and leave out what kubeadm leaves out', () => {
  const shared = {
    flags: {},
    volumes: [
      { name: 'one', hostPath: '/srv', mountPath: '/one', readOnly: true, pathType: '' },
      { name: 'two', hostPath: '/srv', mountPath: '/two', readOnly: false, pathType: '' },
    ],
  }
  const bare = 'kind: ClusterConfiguration\napiVersion: kubeadm.k8s.io/v1beta4\n'
  const edited = editClusterConfiguration(bare, shared, place)
  expect(edited).toBe(`${bare}apiServer:
  extraVolumes:
  - hostPath: /srv
    mountPath: /one
    name: one
    readOnly: true
  - hostPath: /srv
    mountPath: /two
    name: two
`)
  expect(editClusterConfiguration(edited, shared, place)).toBe(edited)
  const typed = edited.replace('name: two\n', 'name: two\n    pathType: File\n')
  expect(describeConfigurationDifferences(typed, shared, place)).toEqual([
    'volume two in apiServer.extraVolumes: pathType is File, should not be set',
  ])
})

test('without wanted settings nothing changes', () => {
  for (const { before } of storedConfigurations) {
    expect(editClusterConfiguration(before, { flags: {}, volumes: [] }, place)).toBe(before)
  }
})
