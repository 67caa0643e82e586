import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** How many other files of their group begin between two upgrades. */
const between = 2

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder
}

function isUpgrade({ project }: TestSpecification): boolean {
  return project.name === 'cluster-upgrade'
}

/** The first of `some` before the others, each further one after some of them. */
function interleave<Item>(some: readonly Item[], others: readonly Item[]): readonly Item[] {
  const ranked = [
    ...some.map((item, index) => ({ item, rank: index * between - 0.5 })),
    ...others.map((item, index) => ({ item, rank: index })),
  ]
  return ranked.toSorted((one, other) => one.rank - other.rank).map(({ item }) => item)
}

/**
 * Upgrades take longest and are mostly waiting. So the first one begins first of its group, and the next when those
 * beside it have had their time: two at once would leave the processors idle. Else vitest's own order, by size.
 */
export class UpgradesApart extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const groups = [...new Set(sorted.map(groupOf))].toSorted((one, other) => one - other)
    return groups.flatMap((group) => {
      const own = sorted.filter((file) => groupOf(file) === group)
      return interleave(
        own.filter(isUpgrade),
        own.filter((file) => !isUpgrade(file)),
      )
    })
  }
}
