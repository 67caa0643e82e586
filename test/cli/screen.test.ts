import { expect, test, vi } from 'vitest'
import { Screen } from '../../src/cli/screen.ts'
import { noUnlisted } from '../../src/engine/cluster/unlisted.ts'
import { makeReport } from '../../src/report/make-report.ts'
import { failure, outcome } from '../report/fixtures.ts'

test('at the end, what became of a host that failed stands below its error, before the recap', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const outcomes = [outcome('cp1', 'failed', [], { error: failure, undone: true }), outcome('cp2', 'skipped')]
  const ended = { outcomes, clusters: [], unlisted: noUnlisted, error: undefined, verb: 'apply' } as const
  const report = makeReport({
    ...{ ...ended, unlisted: [] },
    ...{ started: new Date(0), milliseconds: 1, interrupted: false },
  })
  const screen = new Screen({
    ...{ inventory: [], limit: [], extraVars: [], forks: 1 },
    ...{ output: 'text', verbose: 0, color: false },
  })
  try {
    await screen.end({ ...ended, tasks: 4, report })
    const told = write.mock.calls.map(([text]) => text).join('')
    expect(told).toMatch(
      /Mend it\.\n {2}now: {3}cp1 runs what it ran before\nRECAP\ncp1 : .* rescued=1 .*\ncp2 : /,
    )
  } finally {
    write.mockRestore()
  }
})
