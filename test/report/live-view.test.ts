import { expect, test, vi } from 'vitest'
import { liveView } from '../../src/report/live-view.ts'
import { plainStyle } from '../../src/report/style.ts'
import { fakeTerminal } from '../support/terminal.ts'
import { failure } from './fixtures.ts'

const ended = { type: 'step-ended', milliseconds: 1234, detail: '', error: undefined } as const

test('what stays of it: each step once below its host, and a mark for how the host ended', async () => {
  const { terminal, text, last } = fakeTerminal()
  const view = liveView(['cp1', 'cp2'], terminal, plainStyle)
  // One is told before it has begun to draw, the others after.
  view.listener({ ...ended, host: 'cp1', step: 'survey' })
  view.listener({ type: 'step-started', host: 'cp1', step: 'stage' })
  await vi.waitUntil(() => text().includes('cp1  stage'))
  view.listener({ ...ended, host: 'cp1', step: 'stage', detail: '3 changes' })
  view.listener({ ...ended, host: 'cp2', step: 'survey', error: failure })
  view.listener({ ...ended, host: 'another', step: 'survey' })
  await view.close()
  // The signs before the words differ with the terminal.
  const lines = last().trimEnd().split('\n')
  expect(lines.map((line) => line.replace(/^( *)\S+ /, '$1'))).toEqual([
    'cp1',
    '  ok   survey             1.23 s',
    '  ok   stage              1.23 s  3 changes',
    'cp2',
    '  FAIL survey             1.23 s  the new kube-apiserver does not stay up',
  ])
})
