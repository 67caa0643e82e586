import { expect, test } from 'vitest'
import { found, type Finding } from '../../../src/engine/gate/health-check.ts'
import { checkGate } from '../../../src/engine/gate/gate.ts'

/** Looks that find this, one after the other, and the last one from then on; and how many there were. */
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
/** Nobody watches. */
const unheard = () => undefined

test('a cluster of which nothing is wrong is looked at once', async () => {
  const { look, made } = looks([])
  await checkGate('cp1', look, unheard, never)
  expect(made()).toBe(1)
})

test('what passes by itself is waited for, and told once', async () => {
  const { look, made } = looks(passing, passing, [])
  const told: string[] = []
  await checkGate('cp1', look, (why) => told.push(why), never)
  expect(made()).toBe(3)
  expect(told).toEqual(['cp2: its apiserver is not ready: HTTP 500'])
})

test('what does not is refused at once, with all that is wrong', async () => {
  const { look, made } = looks([...lasting, ...passing])
  await expect(checkGate('cp1', look, unheard, never)).rejects.toMatchObject({
    code: 'host',
    why: 'cp3: transaction x is open there\ncp2: its apiserver is not ready: HTTP 500',
  })
  expect(made()).toBe(1)
})

test('a run that is stopped waits for nobody', async () => {
  const controller = new AbortController()
  const { look, made } = looks(passing)
  const gate = checkGate('cp1', look, unheard, controller.signal)
  const started = performance.now()
  setTimeout(() => {
    controller.abort()
  }, 50)
  await expect(gate).rejects.toMatchObject({ code: 'interrupted' })
  expect(performance.now() - started).toBeLessThan(900)
  expect(made()).toBe(1)
})

test('a run that is stopped during the last look begins nothing, whatever was found', async () => {
  const controller = new AbortController()
  const look = () => {
    controller.abort()
    return Promise.resolve([])
  }
  await expect(checkGate('cp1', look, unheard, controller.signal)).rejects.toMatchObject({
    code: 'interrupted',
  })
})
