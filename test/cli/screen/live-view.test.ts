import { expect, test, vi } from 'vitest'
import { liveView } from '../../../src/cli/screen/live-view.ts'
import { plainStyle } from '../../../src/report/style.ts'
import { fakeTerminal } from '../../support/terminal.ts'
import { failure } from '../../report/fixtures.ts'

/** Waits until the view, which is drawn ten times a second, shows these words. */
function shown({ text }: { readonly text: () => string }, words: string): Promise<boolean> {
  return vi.waitUntil(() => text().includes(words), { timeout: 20_000 })
}

const ended = { type: 'step-ended', milliseconds: 1234, detail: '', error: undefined } as const

test('at the end it shows each step once below its host, and a mark for the host’s outcome', async () => {
  const fake = fakeTerminal()
  const view = liveView(['cp1', 'cp2'], fake.terminal, plainStyle)
  // The first step ends before the view begins to draw, the others after that.
  view.listener({ ...ended, host: 'cp1', step: 'survey' })
  view.listener({ type: 'step-started', host: 'cp1', step: 'stage' })
  await shown(fake, 'cp1  stage')
  view.listener({ type: 'step-waits', host: 'cp1', step: 'gate', why: 'cp2: not ready', limit: 60_000 })
  await shown(fake, 'cp1  ask the cluster')
  view.listener({ ...ended, host: 'cp1', step: 'stage', detail: '3 changes' })
  view.listener({ ...ended, host: 'cp2', step: 'survey', error: failure })
  view.listener({ ...ended, host: 'another', step: 'survey' })
  await view.close()
  // The symbols before the words depend on the terminal.
  const lines = fake.last().trimEnd().split('\n')
  expect(lines.map((line) => line.replace(/^( *)\S+ /, '$1'))).toEqual([
    'cp1',
    '  ok   survey             1.23 s',
    '  wait ask the cluster     <60 s  cp2: not ready',
    '  ok   stage              1.23 s  3 changes',
    'cp2',
    '  FAIL survey             1.23 s  the new kube-apiserver does not stay up',
  ])
})

test('a note appears at once, below all rows, and stays', async () => {
  const fake = fakeTerminal()
  const view = liveView(['cp1'], fake.terminal, plainStyle)
  view.listener({ type: 'step-started', host: 'cp1', step: 'stage' })
  view.note('interrupted')
  await shown(fake, 'interrupted')
  view.listener({ ...ended, host: 'cp1', step: 'stage' })
  view.note('and again')
  await view.close()
  const lines = fake.last().trimEnd().split('\n')
  expect(lines.slice(-2).map((line) => line.replace(/^\S+ /, ''))).toEqual(['interrupted', 'and again'])
})

test('a terminal that is released at once has its cursor and prints what is written', async () => {
  const fake = fakeTerminal()
  const { terminal, text } = fake
  const view = liveView(['cp1'], terminal, plainStyle)
  view.note('interrupted')
  await shown(fake, 'interrupted')
  view.abandon()
  expect(text().lastIndexOf('\u001b[?25h')).toBeGreaterThan(text().lastIndexOf('\u001b[?25l'))
  terminal.write('leaving')
  expect(text()).toMatch(/leaving$/)
  await view.close()
})
