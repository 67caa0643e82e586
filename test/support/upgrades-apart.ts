import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** How many other files of their group begin before each upgrade. */
const before = 2

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder
}

function isUpgrade({ project }: TestSpecification): boolean {
  return project.name === 'cluster-upgrade'
}

/** Each of `some` behind so many of the others. */
function interleave<Item>(some: readonly Item[], others: readonly Item[]): readonly Item[] {
  const ranked = [
    ...some.map((item, index) => ({ item, rank: (index + 1) * before - 0.5 })),
    ...others.map((item, index) => ({ item, rank: index })),
  ]
  return ranked.toSorted((one, other) => one.rank - other.rank).map(({ item }) => item)
}

/**
 * Upgrades take longest, are mostly waiting, and need the release before built as well. So the first begins when a few
 * files have had their time, and the next a few files later: two at once would leave the processors idle. Else vitest's
 * own order, by size.
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
