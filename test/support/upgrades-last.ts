import { BaseSequencer, type TestSpecification } from 'vitest/node'

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder
}

function isUpgrade({ project }: TestSpecification): number {
  return project.name === 'cluster-upgrade' ? 1 : 0
}

/**
 * Upgrades come last of their group: the release before is built by then, and a worker that begins one has no use any
 * more for the lab of the other files. Else vitest's own order, by size.
 */
export class UpgradesLast extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => groupOf(one) - groupOf(other) || isUpgrade(one) - isUpgrade(other))
  }
}
