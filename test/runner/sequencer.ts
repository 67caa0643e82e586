import path from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { expectedSeconds } from './durations.ts'
import { partition } from './slices.ts'

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder
}

function isUpgrade({ project }: TestSpecification): number {
  return project.name === 'cluster-upgrade' ? 1 : 0
}

/** The order of the files, and which of them are in a slice (vitest's own name for it is a shard). */
export class Sequencer extends BaseSequencer {
  /**
   * Upgrades come last of their group: the release before is built by then, and a worker that begins one has no use any
   * more for the lab of the other files. Else vitest's own order: the longest first, as far as it knows.
   */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => groupOf(one) - groupOf(other) || isUpgrade(one) - isUpgrade(other))
  }

  /** vitest's own slices have the same number of files each, and one may take ten times as long as another. */
  override shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, shard } = this.ctx.config
    const { index, count } = shard ?? { index: 1, count: 1 }
    const pathOf = ({ moduleId }: TestSpecification): string =>
      path.relative(root, moduleId).split(path.sep).join('/')
    const weighed = files.map((file) => ({
      path: pathOf(file),
      seconds: expectedSeconds(pathOf(file), file.project.name),
      // Building the release before takes as long as an upgrade: one slice does it, and not two.
      ...(isUpgrade(file) === 1 ? { group: file.project.name } : {}),
    }))
    const chosen = new Set(partition(weighed, count)[index - 1])
    return Promise.resolve(files.filter((file) => chosen.has(pathOf(file))))
  }
}
