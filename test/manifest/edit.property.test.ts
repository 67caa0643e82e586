import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { editStaticPod } from '../../src/manifest/edit.ts'
import { describeDifferences } from './describe-differences.ts'
import type { StaticPodEdit } from '../../src/manifest/edit.ts'
import { flagValues } from '../../src/manifest/flags.ts'
import { randomEdit, randomManifest } from './random-manifest.ts'
import { place } from './wanted.ts'

interface Mount {
  name: string
  mountPath: string
  readOnly?: boolean
  subPath?: string
  mountPropagation?: string
}
interface Volume {
  name: string
  hostPath?: { path: string; type?: string }
  emptyDir?: unknown
}
interface Container {
  name: string
  command?: string[] | null
  args?: string[] | null
  volumeMounts?: Mount[] | null
}
interface Pod {
  metadata: { annotations?: Record<string, string> | null }
  spec: { containers: Container[]; initContainers?: Container[]; volumes?: Volume[] | null }
}

const read = (text: string) => parse(text, { version: '1.1' }) as Pod
const tidy = (path: string | undefined) => path?.replace(/(?<=.)\/$/, '')

function apiserver(pod: Pod): Container {
  const found = pod.spec.containers.find(({ name }) => name === 'kube-apiserver')
  if (found === undefined) throw new Error('no kube-apiserver')
  return found
}

/** An argv without the wanted flags and their values. */
function otherItems(argv: readonly string[], edit: StaticPodEdit): string[] {
  const items = [...argv]
  for (let index = items.length - 1; index >= 0; index -= 1) {
    const [, name = '', value] = /^--([^=]+)(=[^]*)?$/.exec(items[index] ?? '') ?? []
    if (Object.hasOwn(edit.flags, name.replaceAll('_', '-'))) items.splice(index, value === undefined ? 2 : 1)
  }
  return items
}

function containersOf({ spec }: Pod): Container[] {
  return [...spec.containers, ...(spec.initContainers ?? [])]
}

function others(pod: Pod): { container: string; mount: Mount }[] {
  return containersOf(pod).flatMap(({ name, volumeMounts }) =>
    name === 'kube-apiserver' ? [] : (volumeMounts ?? []).map((mount) => ({ container: name, mount })),
  )
}

/** The comments of a text, and nothing else that looks like one: no value here holds a ` #` but quoted ones. */
function comments(text: string): string[] {
  return [
    ...text.matchAll(
      /(?:^|\s)(#(?: (?:above|behind|c|hash|A manifest|the name|the image|between|it is|- --).*)?)\s*$/gm,
    ),
  ]
    .map((match) => match[1] ?? '')
    .toSorted()
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let next = 0
  for (const line of whole) if (line === part[next]) next += 1
  return next === part.length
}

/** One edit of one manifest, before and after. */
interface Run {
  readonly text: string
  readonly keptLines: readonly string[]
  readonly edit: StaticPodEdit
  readonly edited: string
}

function expectKeptText({ text, keptLines, edited }: Run): void {
  expect(isSubsequence(keptLines, edited.replace(/^\uFEFF/, '').split(/\r?\n/))).toBe(true)
  expect(comments(edited)).toEqual(comments(text))
  expect(edited.startsWith('\uFEFF')).toBe(text.startsWith('\uFEFF'))
  expect(edited.endsWith('\n')).toBe(text.endsWith('\n'))
  expect(/(?<!\r)\n/.test(edited)).toBe(/(?<!\r)\n/.test(text))
}

function expectNothingLeftToDo({ text, edit, edited }: Run): void {
  expect(editStaticPod(edited, edit, place)).toBe(edited)
  expect(describeDifferences(edited, edit)).toEqual([])
  expect(describeDifferences(text, edit).length > 0).toBe(edited !== text)
}

function expectFlagsAndAnnotations({ text, edit, edited }: Run): void {
  const [before, after] = [read(text), read(edited)]
  const [was, is] = [apiserver(before), apiserver(after)].map(({ command, args }) => [
    ...(command ?? []),
    ...(args ?? []),
  ])
  for (const [flag, value] of Object.entries(edit.flags)) {
    expect(flagValues(is ?? [], flag)).toEqual([value])
    expect(is?.filter((item) => item === `--${flag}=${value}`)).toHaveLength(1)
  }
  const isStarted = was?.length === 0 && Object.keys(edit.flags).length > 0
  expect(otherItems(is ?? [], edit)).toEqual([
    ...(isStarted ? ['kube-apiserver'] : []),
    ...otherItems(was ?? [], edit),
  ])
  expect(after.metadata.annotations ?? {}).toEqual({ ...before.metadata.annotations, ...edit.annotations })
}

function expectMounts({ edit, edited }: Run): void {
  const mounts = apiserver(read(edited)).volumeMounts ?? []
  for (const wanted of edit.mounts) {
    const named = mounts.filter(({ name }) => name === wanted.name)
    expect(named).toEqual(mounts.filter(({ mountPath }) => tidy(mountPath) === wanted.mountPath))
    expect(named).toHaveLength(1)
    expect(named[0]?.readOnly ?? false).toBe(wanted.readOnly)
    expect(named[0]?.subPath ?? '').toBe('')
    expect(named[0]?.mountPropagation ?? 'None').toBe('None')
  }
}

/** The mounts of the apiserver that are none of the edit's business; what they are called may follow their volume. */
function expectOtherMounts({ text, edit, edited }: Run): void {
  const otherMounts = (pod: Pod) =>
    (apiserver(pod).volumeMounts ?? [])
      .filter(({ name }) => ['certs', 'data'].includes(name))
      .filter(({ mountPath }) => edit.mounts.every((wanted) => wanted.mountPath !== tidy(mountPath)))
  expect(otherMounts(read(edited))).toEqual(otherMounts(read(text)))
}

function expectVolumes({ text, edit, edited }: Run): void {
  const [before, after] = [read(text), read(edited)]
  const volumes = after.spec.volumes ?? []
  for (const { name, hostPath } of edit.volumes) {
    const named = volumes.filter((volume) => volume.name === name)
    expect(named).toEqual(volumes.filter((volume) => tidy(volume.hostPath?.path) === hostPath.path))
    expect(named).toEqual([{ name, hostPath: { path: named[0]?.hostPath?.path, type: hostPath.type } }])
  }
  const isWanted = ({ name, hostPath }: Volume) =>
    edit.volumes.some((wanted) => wanted.name === name || wanted.hostPath.path === tidy(hostPath?.path))
  const unwanted = (before.spec.volumes ?? []).filter((volume) => !isWanted(volume))
  const left = volumes.filter((volume) => !isWanted(volume))
  const gone = unwanted.filter(({ name }) => !left.some((volume) => volume.name === name))
  expect(left).toEqual(unwanted.filter((volume) => !gone.includes(volume)))
  // What went had been used by the apiserver only, and nothing uses it now.
  const wasUsed = (apiserver(before).volumeMounts ?? []).map(({ name }) => name)
  const isUsed = containersOf(after).flatMap(({ volumeMounts }) =>
    (volumeMounts ?? []).map(({ name }) => name),
  )
  for (const { name } of gone) {
    expect(isUsed).not.toContain(name)
    expect(wasUsed).toContain(name)
  }
}

/** The mounts of other containers show the same files at the same places as before. */
function expectOtherContainers({ text, edit, edited }: Run): void {
  const [before, after] = [read(text), read(edited)]
  const [were, are] = [others(before), others(after)]
  const nameless = (mounts: typeof were) => mounts.map(({ mount }) => ({ ...mount, name: '' }))
  expect(nameless(are)).toEqual(nameless(were))
  for (const [index, { mount }] of were.entries()) {
    const source = before.spec.volumes?.find(({ name }) => name === mount.name)
    // A volume of a wanted name with another path is corrected: that is what the edit is for.
    if (source === undefined || edit.volumes.some(({ name }) => name === mount.name)) continue
    const target = after.spec.volumes?.find(({ name }) => name === are[index]?.mount.name)
    expect(target).toBeDefined()
    expect(tidy(target?.hostPath?.path)).toBe(tidy(source.hostPath?.path))
  }
}

function expectTheRest({ text, edited }: Run): void {
  const rest = (pod: Pod) => {
    delete pod.metadata.annotations
    delete pod.spec.volumes
    for (const container of containersOf(pod)) {
      delete container.command
      delete container.args
      delete container.volumeMounts
    }
    return pod
  }
  expect(rest(read(edited))).toEqual(rest(read(text)))
}

/** More of them by hand: `PROPERTY_RUNS=10000`. */
const numRuns = Number(process.env.PROPERTY_RUNS ?? 100)

test(
  'editStaticPod makes any manifest what any edit wants, and nothing else of it',
  { timeout: 120_000 + 1_000 * numRuns },
  () => {
    fc.assert(
      fc.property(randomManifest, randomEdit, ({ text, keptLines }, edit) => {
        const run = { text, keptLines, edit, edited: editStaticPod(text, edit, place) }
        expectKeptText(run)
        expectNothingLeftToDo(run)
        expectFlagsAndAnnotations(run)
        expectMounts(run)
        expectOtherMounts(run)
        expectVolumes(run)
        expectOtherContainers(run)
        expectTheRest(run)
      }),
      { numRuns },
    )
  },
)
