import { expect, onTestFinished, test, vi } from 'vitest'
import { Screen } from '../../../src/cli/screen/screen.ts'
import { noFindings, type Findings } from '../../../src/pipeline/result.ts'
import { makeReport } from '../../../src/report/make-report.ts'
import { failure, outcome } from '../../report/fixtures.ts'

function ended(verb: 'plan' | 'apply', findings: Partial<Findings>) {
  const all = { ...noFindings, ...findings }
  const time = { started: new Date(0), milliseconds: 1, interrupted: false }
  const report = makeReport({ verb, ...time, outcomes: all.hosts, error: undefined })
  return { ...all, exitCode: report.exitCode, report }
}

/** Opens a screen, and records what is written to stderr. */
function openScreen() {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => {
    write.mockRestore()
  })
  const screen = new Screen({
    ...{ inventory: [], limit: [], extraVars: [], forks: 1 },
    ...{ output: 'text', verbose: 0, color: false },
  })
  return { screen, told: () => write.mock.calls.map(([text]) => text).join('') }
}

test('at the end, a failed host’s outcome is printed below its error and before the recap', async () => {
  const { screen, told } = openScreen()
  const hosts = [outcome('cp1', 'failed', [], { error: failure, undone: true }), outcome('cp2', 'skipped')]
  await screen.end(ended('apply', { hosts }), 4)
  expect(told()).toMatch(
    /Mend it\.\n {2}now: {3}cp1 runs what it ran before\nRECAP\ncp1 : .* rescued=1 .*\ncp2 : /,
  )
})

test('the plan is printed between the steps before and after it, in the order of the events', async () => {
  const { screen, told } = openScreen()
  const step = { type: 'step-ended', host: 'cp1', milliseconds: 1, detail: '', error: undefined } as const
  const hosts = [outcome('cp1', 'ok', [], { warnings: ['look here'] })]
  screen.listener({ type: 'hosts-selected', hosts: ['cp1'], inventory: ['cp1'] })
  screen.listener({ ...step, step: 'survey' })
  screen.listener({ type: 'plan-drawn', ...noFindings, hosts })
  screen.listener({ ...step, step: 'gate' })
  await screen.end(ended('apply', { hosts }), 4)
  expect(told()).toMatch(
    /^cp1 {2}ok {3}survey .*\ncp1\n {2}! look here\ncp1 {2}ok {3}ask the cluster .*\nRECAP\n/,
  )
})
