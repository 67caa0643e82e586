import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createVitest, type TestSpecification, type Vitest } from 'vitest/node'
import { Sequencer } from './sequencer.ts'

// Labs of the one who runs this test would change the order.
vi.hoisted(() => vi.stubEnv('PLANEWRIGHT_TEST_LAB', ''))

// vitest itself reads the configuration and finds the files. No test is run.
let vitest: Vitest
let sorted: readonly TestSpecification[]

beforeAll(async () => {
  vitest = await createVitest({ watch: false, reporters: [] })
  const specifications = await vitest.globTestSpecifications()
  sorted = await new Sequencer(vitest).sort([...specifications].toReversed())
}, 60_000)

afterAll(async () => {
  await vitest.close()
})

const groupOf = ({ project }: TestSpecification): number => project.config.sequence.groupOrder

describe('the order of all test files', () => {
  it('has every file once', async () => {
    const all = await vitest.globTestSpecifications()
    const name = ({ project, moduleId }: TestSpecification) => `${project.name} ${moduleId}`
    expect(sorted.map(name).toSorted()).toEqual(all.map(name).toSorted())
  })

  it('has the groups one after the other, the lowest number first', () => {
    const groups = sorted.map(groupOf)
    expect(groups).toEqual(groups.toSorted((one, other) => one - other))
    expect(new Set(groups).size).toBe(5)
  })

  it('spreads the files of smoke over their group, as they share one lab', () => {
    const names = sorted.filter((file) => groupOf(file) === 1).map(({ project }) => project.name)
    const smoke = names.flatMap((name, index) => (name === 'smoke' ? [index] : []))
    const gaps = smoke.slice(1).map((index, nth) => index - (smoke[nth] ?? 0))
    expect(smoke[0]).toBe(0)
    expect(Math.min(...gaps)).toBeGreaterThan(1)
  })
})
