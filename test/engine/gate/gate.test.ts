import { expect, test } from 'vitest'
import { found, type Finding } from '../../../src/engine/gate/health-check.ts'
import { checkGate } from '../../../src/engine/gate/gate.ts'

/** Looks with these findings, one after the other. The last one repeats. `made` returns how many looks there were. */
function looks(...findings: readonly (readonly Finding[])[]) {
  let made = 0
  const look = () => {
    const seen = findings[Math.min(made, findings.length - 1)] ?? []
    made += 1
    return Promise.resolve(seen)
  }
  return { look, made: () => made }
}

const passing = found('ready', 'cp2', ['its apiserver is not ready: HTTP 500'])
const lasting = found('idle', 'cp3', ['transaction x is open there'])

const never = new AbortController().signal
/** A listener that ignores everything. */
const unheard = () => undefined

test('a healthy cluster is checked only once', async () => {
  const { look, made } = looks([])
  await checkGate('cp1', look, unheard, never)
  expect(made()).toBe(1)
})

test('a problem that may pass by itself is awaited, and reported once', async () => {
  const { look, made } = looks(passing, passing, [])
  const told: string[] = []
  await checkGate('cp1', look, (why) => told.push(why), never)
  expect(made()).toBe(3)
  expect(told).toEqual(['cp2: its apiserver is not ready: HTTP 500'])
})

test('a problem that does not pass by itself refuses at once, with all problems in the error', async () => {
  const { look, made } = looks([...lasting, ...passing])
  await expect(checkGate('cp1', look, unheard, never)).rejects.toMatchObject({
    code: 'host',
    why: 'cp3: transaction x is open there\ncp2: its apiserver is not ready: HTTP 500',
  })
  expect(made()).toBe(1)
})

test('a run that is interrupted stops waiting', async () => {
  const controller = new AbortController()
  const { look, made } = looks(passing)
  const started = performance.now()
  // After the listener has returned, so that the gate waits already.
  const heard = (): void => {
    setImmediate(() => {
      controller.abort()
    })
  }
  await expect(checkGate('cp1', look, heard, controller.signal)).rejects.toMatchObject({
    code: 'interrupted',
  })
  expect(performance.now() - started).toBeLessThan(900)
  expect(made()).toBe(1)
})

test('a run that is interrupted during the last look begins nothing, even if the cluster is healthy', async () => {
  const controller = new AbortController()
  const look = () => {
    controller.abort()
    return Promise.resolve([])
  }
  await expect(checkGate('cp1', look, unheard, controller.signal)).rejects.toMatchObject({
    code: 'interrupted',
  })
})
