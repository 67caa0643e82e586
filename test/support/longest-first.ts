import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** An upgrade takes longer than any other file, so that it begins first of its group; else vitest's own order. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const groupOf = ({ project }: TestSpecification) => project.config.sequence.groupOrder
    const isShorter = ({ project }: TestSpecification) => (project.name === 'cluster-upgrade' ? 0 : 1)
    return sorted.toSorted((one, other) => groupOf(one) - groupOf(other) || isShorter(one) - isShorter(other))
  }
}
