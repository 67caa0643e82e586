import { describe, expect, test } from 'vitest'
import {
  apply,
  checkPrepare,
  history,
  plan,
  prepare,
  rollback,
  verify,
  type PipelineEvent,
  type PipelineOptions,
} from '../../src/index.ts'
import { auditing } from '../../tasks/index.ts'
import { loadText, refusalOf } from '../inventory/written-files.ts'

/** Options for two hosts without a key, so that planewright sends nothing to them. */
async function unreachable(options: Partial<PipelineOptions> = {}): Promise<PipelineOptions> {
  const hosts = [1, 2].map((number) => `cp${number}: {ansible_host: 192.0.2.${number}}`).join(', ')
  const vars = 'vars: {ansible_ssh_private_key_file: /none}'
  const inventory = await loadText(`all: {${vars}, children: {kube_control_plane: {hosts: {${hosts}}}}}`)
  return { inventory, ...auditing, ...options }
}

const runs = { plan, apply, verify, prepare, checkPrepare, rollback } as const
const names = Object.keys(runs) as (keyof typeof runs)[]

describe.each(names)('%s', (name) => {
  const run = runs[name]
  const verb = name === 'checkPrepare' ? 'prepare' : name

  test('returns each host’s outcome, with the command’s exit code and report', async () => {
    const { hosts, exitCode, report } = await run(await unreachable())
    expect(hosts.map(({ host, status }) => [host, status])).toEqual([
      ['cp1', 'unreachable'],
      ['cp2', 'unreachable'],
    ])
    expect(exitCode).toBe(3)
    expect(report).toMatchObject({
      verb,
      exitCode: 3,
      hosts: [{ host: 'cp1' }, { host: 'cp2' }],
      error: null,
    })
  })

  test('tells which hosts it is about, each step, and its plan', async () => {
    const events: PipelineEvent[] = []
    await run(await unreachable({ limit: ['cp2'], listener: (event) => events.push(event) }))
    expect(events[0]).toEqual({ type: 'hosts-selected', hosts: ['cp2'], inventory: ['cp2', 'cp1'] })
    expect(events).toContainEqual({ type: 'step-started', host: 'cp2', step: 'survey' })
    expect(events.at(-1)).toMatchObject({ type: 'plan-drawn', hosts: [{ host: 'cp2' }] })
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('the listener')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the listener'))],
  ])('is the same with a listener that %s', async (_, listener) => {
    expect(await run(await unreachable({ listener }))).toMatchObject({ exitCode: 3 })
  })

  test('begins no host after an interruption', async () => {
    const { hosts, exitCode } = await run(await unreachable({ signal: AbortSignal.abort() }))
    expect(hosts.map(({ status }) => status)).toEqual(['skipped', 'skipped'])
    expect(exitCode).toBe(130)
  })

  test('throws an error that concerns the whole run', async () => {
    const options = await unreachable({ limit: ['cp3'] })
    expect(await refusalOf(() => run(options))).toMatchObject({ code: 'usage' })
  })
})

describe('history', () => {
  test('returns why each host could not be read, with the command’s exit code and report', async () => {
    const { hosts, exitCode, report } = await history(await unreachable())
    expect(hosts.map(({ host, error }) => [host, error?.code])).toEqual([
      ['cp1', 'authentication'],
      ['cp2', 'authentication'],
    ])
    expect(exitCode).toBe(3)
    expect(report).toMatchObject({ verb: 'history', exitCode: 3, error: null })
  })

  test('asks no host after an interruption', async () => {
    const { hosts, exitCode } = await history(await unreachable({ signal: AbortSignal.abort() }))
    expect(hosts.map(({ error }) => error?.code)).toEqual(['interrupted', 'interrupted'])
    expect(exitCode).toBe(130)
  })
})

describe('what is refused before any host is asked', () => {
  test('a rollback to what is no ID', async () => {
    const options = await unreachable()
    const error = await refusalOf(() => rollback({ ...options, to: '$(touch /canary)' }))
    expect(error).toMatchObject({ code: 'usage', why: expect.stringContaining('an ID') as string })
  })

  test('a rollback of several hosts to the transaction of one', async () => {
    const options = await unreachable()
    const error = await refusalOf(() => rollback({ ...options, to: '20200101T000000000Z-abcdef' }))
    expect(error).toMatchObject({ code: 'usage', why: 'cp1 cp2' })
  })

  test('a forecast for what is no release', async () => {
    const options = await unreachable()
    const error = await refusalOf(() => plan({ ...options, forVersion: '1.37' }))
    expect(error).toMatchObject({ code: 'usage', why: expect.stringContaining('v1.37.2') as string })
  })
})
