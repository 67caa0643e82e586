import fc from 'fast-check'
import { globSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { measured, stemOf, weigh } from './durations.ts'
import { partition, readSlice, type WeighedFile } from './slices.ts'

const root = path.join(import.meta.dirname, '..', '..')
const files = globSync('test/**/*.test.ts', { cwd: root }).map((file) => file.split(path.sep).join('/'))

const weighed: fc.Arbitrary<readonly WeighedFile[]> = fc
  .uniqueArray(
    fc.record({
      path: fc.string({ minLength: 1 }),
      seconds: fc.nat(900),
      group: fc.option(fc.constantFrom('one', 'other'), { nil: undefined }),
    }),
    { selector: (file) => file.path },
  )
  .map((some) =>
    some.map(({ group, ...file }) => (group === undefined ? file : { ...file, group: `group ${group}` })),
  )

const isUpgrade = (file: string): boolean => file.endsWith('.upgrade.test.ts')
const paths = (some: readonly WeighedFile[]) => some.map((file) => file.path)

describe('slices', () => {
  test('every file is in exactly one slice', () => {
    fc.assert(
      fc.property(weighed, fc.integer({ min: 1, max: 9 }), (some, count) => {
        const slices = partition(some, count)
        expect(slices).toHaveLength(count)
        expect(slices.flat().toSorted()).toEqual(paths(some).toSorted())
      }),
    )
  })

  test('are the same for any order of the files', () => {
    fc.assert(
      fc.property(weighed, fc.integer({ min: 1, max: 9 }), (some, count) => {
        expect(partition(some.toReversed(), count)).toEqual(partition(some, count))
      }),
    )
  })

  test('files of one group stay together', () => {
    fc.assert(
      fc.property(weighed, fc.integer({ min: 1, max: 9 }), (some, count) => {
        const slices = partition(some, count)
        for (const group of ['group one', 'group other']) {
          const members = paths(some.filter((file) => file.group === group))
          const holding = slices.filter((slice) => members.some((member) => slice.includes(member)))
          expect(holding.length).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  test('the files of this checkout are in slices of about the same length', () => {
    const sliced = files.flatMap((file) => {
      const kind = /\.(cluster|node|upgrade)\.test\.ts$/.exec(file)?.[1]
      return kind === undefined ? [] : [weigh(file, kind === 'upgrade' ? 'cluster-upgrade' : kind)]
    })
    const secondsOf = new Map(sliced.map(({ path: file, seconds }) => [file, seconds]))
    const [upgrades = [], ...others] = partition(sliced, 5).toSorted(
      (one, other) => Number(other.some(isUpgrade)) - Number(one.some(isUpgrade)),
    )
    expect(upgrades.every(isUpgrade)).toBe(true)
    const sums = others.map((slice) => slice.reduce((sum, file) => sum + (secondsOf.get(file) ?? 0), 0))
    expect(Math.max(...sums) / Math.min(...sums)).toBeLessThan(1.1)
  })
})

test.each([
  ['1/1', { index: 1, count: 1 }],
  ['2/5', { index: 2, count: 5 }],
  ['5/5', { index: 5, count: 5 }],
  ['6/5', undefined],
  ['0/5', undefined],
  ['-1/5', undefined],
  ['1/0', undefined],
  ['1.5/3', undefined],
  ['1/', undefined],
  ['', undefined],
])('reads %j as a slice or refuses it', (text, slice) => {
  expect(readSlice(text)).toEqual(slice)
})

test('every measured file exists', () => {
  const stems = new Set(files.map(stemOf))
  expect(Object.keys(measured).filter((name) => !stems.has(name))).toEqual([])
})
