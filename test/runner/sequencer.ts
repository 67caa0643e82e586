import path from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { expectedSeconds } from './durations.ts'
import { schedule } from './schedule.ts'
import { partition } from './slices.ts'

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder
}

function isUpgrade({ project }: TestSpecification): number {
  return project.name === 'cluster-upgrade' ? 1 : 0
}

/** Files of `smoke` share one lab, so they run one after the other. */
function laneOf({ project }: TestSpecification): { readonly lane?: string } {
  return project.name === 'smoke' ? { lane: project.name } : {}
}

/** Decides the order of the test files, and which of them are in a slice. vitest calls a slice a shard. */
export class Sequencer extends BaseSequencer {
  /** Orders the files of each group as {@link schedule} does. */
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const groups = [...Map.groupBy(files, groupOf)].toSorted(([one], [other]) => one - other)
    const sorted = groups.flatMap(([, some]) => {
      const weighed = some.map((file) => ({ file, seconds: this.#weigh(file), ...laneOf(file) }))
      return schedule(weighed, some[0]?.project.config.maxWorkers ?? 1).map(({ file }) => file)
    })
    return Promise.resolve(sorted)
  }

  /** vitest's own slices have equal numbers of files, so one slice may take ten times as long as another. */
  override shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { index, count } = this.ctx.config.shard ?? { index: 1, count: 1 }
    const weighed = files.map((file) => ({
      path: this.#pathOf(file),
      seconds: this.#weigh(file),
      // Building the image of the release before takes as long as an upgrade, so only one slice should do it.
      ...(isUpgrade(file) === 1 ? { group: file.project.name } : {}),
    }))
    const chosen = new Set(partition(weighed, count)[index - 1])
    return Promise.resolve(files.filter((file) => chosen.has(this.#pathOf(file))))
  }

  #pathOf({ moduleId }: TestSpecification): string {
    return path.relative(this.ctx.config.root, moduleId).split(path.sep).join('/')
  }

  #weigh(file: TestSpecification): number {
    return expectedSeconds(this.#pathOf(file), file.project.name)
  }
}
