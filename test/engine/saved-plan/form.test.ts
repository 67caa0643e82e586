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

test('a plan that is written to its file and read again is the same plan', () => {
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

/** The paths of all plain values, except those that name a kind. */
function leavesOf(value: unknown, at: Leaf = []): readonly Leaf[] {
  if (typeof value !== 'object' || value === null) return [at]
  return Object.entries(value)
    .filter(([key]) => key !== 'kind')
    .flatMap(([key, item]) => leavesOf(item, [...at, key]))
}

/** Another value of the same type, in place of a value with this name. */
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

test('every changed value in a plan is a difference with a text', () => {
  fc.assert(
    fc.property(randomClusters, fc.nat(), (clusters, seed) => {
      // The control planes that a change waits for do not matter if no change is due.
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

describe('a file that is no saved plan is refused, and the error says why', () => {
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
