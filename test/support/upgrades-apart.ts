import { BaseSequencer, type TestSpecification } from 'vitest/node'

function groupOf({ project }: TestSpecification): number {
  return project.config.sequence.groupOrder
}

function isUpgrade({ project }: TestSpecification): boolean {
  return project.name === 'cluster-upgrade'
}

/** One upgrade as the second of all, the others when three fifths of the rest have begun. */
export function placeApart<Item>(upgrades: readonly Item[], others: readonly Item[]): readonly Item[] {
  const late = Math.max(1, Math.ceil(others.length * 0.6))
  return [
    ...others.slice(0, 1),
    ...upgrades.slice(0, 1),
    ...others.slice(1, late),
    ...upgrades.slice(1),
    ...others.slice(late),
  ]
}

/**
 * An upgrade waits for kubeadm most of its time, and leaves the processors to the file beside it: two of them side by side
 * would leave them idle. The first one begins on a worker that has no lab yet, and the second one ends at about the same
 * time as what is left then. Else vitest's own order, by size.
 */
export class UpgradesApart extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const groups = [...new Set(sorted.map(groupOf))].toSorted((one, other) => one - other)
    return groups.flatMap((group) => {
      const members = sorted.filter((file) => groupOf(file) === group)
      return placeApart(
        members.filter(isUpgrade),
        members.filter((file) => !isUpgrade(file)),
      )
    })
  }
}
