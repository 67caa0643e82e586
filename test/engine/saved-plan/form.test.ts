import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareDescribed } from '../../../src/engine/saved-plan/compare-plan.ts'
import { differenceText } from '../../../src/engine/saved-plan/difference.ts'
import { readSavedPlan } from '../../../src/engine/saved-plan/read-saved-plan.ts'
import { savedPlanText } from '../../../src/engine/saved-plan/save-plan.ts'
import type { SavedCluster, SavedPlan } from '../../../src/engine/saved-plan/saved-plan.ts'
import { refusalOf } from '../../inventory/written-files.ts'
import { randomClusters } from './random-plan.ts'

function planOf(clusters: readonly SavedCluster[]): SavedPlan {
  return {
    form: 'planewright plan',
    formVersion: 1,
    planewright: '0.1.0',
    made: { at: '2026-11-28T03:00:00.000Z', by: 'ada@desk' },
    asked: { inventory: ['hosts.yaml'], hosts: [], limit: ['cp1'], extraVariables: [] },
    tasks: ['audit policy'],
    clusterTasks: [],
    salt: 'AAAAAAAAAAAAAAAAAAAAAA==',
    clusters: [...clusters],
  }
}

const none = new Map<string, string>()

test('a plan comes out of its file as it went in, and is the same plan', () => {
  fc.assert(
    fc.property(randomClusters, (clusters) => {
      const saved = planOf(clusters)
      const read = readSavedPlan(savedPlanText(saved), 'agreed.plan')
      expect(read).toEqual(saved)
      const { hosts, clusters: own } = compareDescribed(read.clusters, clusters, none)
      expect([...hosts, ...own].flatMap(({ differences }) => differences)).toEqual([])
    }),
  )
})

type Leaf = readonly (string | number)[]

/** The places of all plain values in it, but for the words that tell which kind of thing it is. */
function leavesOf(value: unknown, at: Leaf = []): readonly Leaf[] {
  if (typeof value !== 'object' || value === null) return [at]
  return Object.entries(value)
    .filter(([key]) => key !== 'kind')
    .flatMap(([key, item]) => leavesOf(item, [...at, key]))
}

/** What stands there now in place of a value of this name. */
function otherThan(value: unknown, name: string | number | undefined): unknown {
  if (typeof value === 'number') return value + 1
  if (typeof value === 'string') return `${value}x`
  if (typeof value === 'boolean') return !value
  return name === 'before' ? { mode: '0644' } : name === 'proof' ? { policy: 'another' } : 'another'
}

function edited(value: unknown, [first, ...rest]: Leaf, name?: string | number): unknown {
  if (first === undefined) return otherThan(value, name)
  const parts = value as Record<string, unknown>
  const part = edited(parts[first], rest, first)
  return Array.isArray(value)
    ? value.map((item: unknown, index) => (index === Number(first) ? part : item))
    : { ...parts, [first]: part }
}

test('whatever changes in a plan is a difference that is put into words', () => {
  fc.assert(
    fc.property(randomClusters, fc.nat(), (clusters, seed) => {
      // Whom a change waits for is no matter where no change is due.
      const leaves = leavesOf(clusters).filter(
        ([cluster, field]) => field !== 'waitsFor' || (clusters[Number(cluster)]?.changes.length ?? 0) > 0,
      )
      const leaf = leaves[seed % leaves.length] ?? []
      const other = edited(clusters, leaf) as readonly SavedCluster[]
      const { hosts, clusters: own } = compareDescribed(clusters, other, none)
      const differences = [...hosts, ...own].flatMap((one) => one.differences)
      expect(differences, leaf.join('.')).not.toEqual([])
      for (const difference of differences) expect(differenceText(difference)).toMatch(/\S/)
    }),
    { numRuns: 200 },
  )
})

describe('a file that is no plan of ours is refused, with what it is', () => {
  const good = savedPlanText(planOf([]))
  test.each([
    ['empty', '', 'The file is empty.'],
    ['cut off', good.slice(0, 40), 'It is not JSON'],
    ['an inventory', 'all:\n  hosts: {}\n', 'It is not JSON'],
    ['a report', '{"planewright": "0.1.0", "verb": "plan"}', 'It is not a file that planewright plan --out'],
    [
      'of a later form',
      good.replace('"formVersion": 1', '"formVersion": 2'),
      'It has version 2 of the form, written by planewright 0.1.0; this planewright reads version 1.',
    ],
    ['with a field more', good.replace('"tasks"', '"task": 1, "tasks"'), 'It was damaged or edited'],
    ['with another type', good.replace('"salt": "', '"salt": 1, "x": "'), 'salt'],
  ])('%s', async (_, text, why) => {
    const error = await refusalOf(() => readSavedPlan(text, '/tmp/agreed.plan'))
    expect(error).toMatchObject({ code: 'saved-plan', where: { file: '/tmp/agreed.plan' } })
    expect(error.why).toContain(why)
    expect(error.remedy).toMatch(/planewright/)
  })
})
