import path from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { smokeLabs } from '../support/labs.ts'
import { weigh } from './durations.ts'
import { schedule } from './schedule.ts'
import { partition, type WeighedFile } from './slices.ts'

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder
}

/** Files of `smoke` share one lab, so they run one after the other. */
function laneOf({ project }: TestSpecification): { readonly lane?: string } {
  return project.name === 'smoke' && smokeLabs.count === 1 ? { lane: project.name } : {}
}

/** Decides the order of the test files, and which of them are in a slice. vitest calls a slice a shard. */
export class Sequencer extends BaseSequencer {
  /** Orders the files of each group as {@link schedule} does. */
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const groups = [...Map.groupBy(files, groupOf)].toSorted(([one], [other]) => one - other)
    const sorted = groups.flatMap(([, some]) => {
      const weighed = some.map((file) => ({ file, ...this.#weigh(file), ...laneOf(file) }))
      return schedule(weighed, some[0]?.project.config.maxWorkers ?? 1).map(({ file }) => file)
    })
    return Promise.resolve(sorted)
  }

  /** vitest's own slices have equal numbers of files, so one slice may take ten times as long as another. */
  override shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { index, count } = this.ctx.config.shard ?? { index: 1, count: 1 }
    const chosen = new Set(partition(files.map(this.#weigh), count)[index - 1])
    return Promise.resolve(files.filter((file) => chosen.has(this.#weigh(file).path)))
  }

  readonly #weigh = ({ moduleId, project }: TestSpecification): WeighedFile => {
    const file = path.relative(this.ctx.config.root, moduleId).split(path.sep).join('/')
    return weigh(file, project.name)
  }
}
