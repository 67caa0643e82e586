import { describe, expect, test } from 'vitest'
import { announce, type RunEvent } from '../../../src/engine/values/event.ts'
import { mapLimited } from '../../../src/engine/values/map-limited.ts'
import { failedOutcome } from '../../../src/engine/values/outcome.ts'
import { mergeRestarts } from '../../../src/engine/roll/restart-component.ts'
import { PlanewrightError, toPlanewrightError, type ErrorCode } from '../../../src/error.ts'
import type { RestartChange } from '../../../src/host/change.ts'

describe('mapping with a limit', () => {
  test('keeps the order, and never does more at once', async () => {
    let running = 0
    let most = 0
    const results = await mapLimited([5, 1, 4, 2, 3], 2, async (item) => {
      running += 1
      most = Math.max(most, running)
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve()
      running -= 1
      return item * 10
    })
    expect(results).toEqual([50, 10, 40, 20, 30])
    expect(most).toBe(2)
  })

  test('of an empty list is an empty list', async () => {
    expect(await mapLimited([], 3, () => Promise.resolve(1))).toEqual([])
  })
})

describe('a step', () => {
  test('emits an event at its start and at its end', async () => {
    const events: RunEvent[] = []
    const listener = (event: RunEvent) => events.push(event)
    const result = await announce(
      listener,
      'cp1',
      'write',
      () => Promise.resolve(3),
      (n) => `${n} changes`,
      toPlanewrightError,
    )
    expect(result).toBe(3)
    expect(events).toEqual([
      { type: 'step-started', host: 'cp1', step: 'write' },
      expect.objectContaining({ type: 'step-ended', step: 'write', detail: '3 changes', error: undefined }),
    ])
  })

  test('that fails emits an event with the error, and throws it', async () => {
    const events: RunEvent[] = []
    const failing = announce(
      (event) => events.push(event),
      'cp1',
      'proof',
      () => Promise.reject(new TypeError('boom')),
      () => '',
      (thrown) => toPlanewrightError(thrown).at({ host: 'cp1' }),
    )
    await expect(failing).rejects.toMatchObject({ code: 'internal', where: { host: 'cp1' } })
    expect(events[1]).toMatchObject({ type: 'step-ended', error: { message: 'boom' } })
  })
})

test.each<[ErrorCode, string]>([
  ['unreachable', 'unreachable'],
  ['host-key', 'unreachable'],
  ['authentication', 'unreachable'],
  ['become', 'unreachable'],
  ['host', 'failed'],
  ['manifest', 'failed'],
  ['policy', 'failed'],
  ['internal', 'failed'],
])('a host of which no plan can be made for %s is %s', (code, status) => {
  const outcome = failedOutcome({ host: 'cp1', address: '192.0.2.1' }, new PlanewrightError(code, 'what'))
  expect(outcome).toMatchObject({
    status,
    error: { code, where: { host: 'cp1' } },
    changes: [],
    undone: false,
  })
})

test('the restarts of several tasks become one: all flags, each reason once, and the old process', () => {
  const change = (task: string, flags: Record<string, string>, missing: string[]): RestartChange => ({
    kind: 'restart',
    task,
    path: '/m',
    component: 'kube-apiserver',
    differences: missing.map((name) => ({ kind: 'process-lacks-flag', flag: name })),
    before: { pid: 1, startTicks: 2 },
    kubeletAtWork: false,
    listens: { address: '192.0.2.1', port: 6443 },
    flags,
  })
  expect(mergeRestarts([])).toBe(undefined)
  const merged = mergeRestarts([
    change('one', { a: '1', b: '1' }, ['x']),
    change('two', { b: '2' }, ['x', 'y']),
  ])
  const differences = [{ flag: 'x' }, { flag: 'y' }]
  expect(merged).toMatchObject({ flags: { a: '1', b: '2' }, differences, before: { pid: 1 } })
  expect(merged?.differences).toHaveLength(2)
})
