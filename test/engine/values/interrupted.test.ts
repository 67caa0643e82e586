import { expect, onTestFinished, test, vi } from 'vitest'
import { openSession, planRollbacks, roll, survey, proveHosts, type HostPlan } from '../../../src/index.ts'
import type { Listener } from '../../../src/engine/values/event.ts'
import { interruptedOutcome } from '../../../src/engine/values/interrupted.ts'
import { loadText } from '../../inventory/written-files.ts'
import { restartChange } from '../../report/fixtures.ts'
import { machine, surveyWorld } from '../world.ts'

/** Opens two hosts without a key, which are surveyed one after the other. Also returns all attempts to connect. */
async function openTwo(signal: AbortSignal, listener: Listener = () => undefined) {
  const inventory = await loadText(`
    all:
      vars: {ansible_ssh_private_key_file: /none}
      hosts: {cp1: {ansible_host: 192.0.2.11}, cp2: {ansible_host: 192.0.2.12}}
  `)
  const session = await openSession({ inventory, tasks: [], forks: 1, listener, signal })
  onTestFinished(() => session[Symbol.asyncDispose]())
  return { session, connecting: vi.spyOn(session.connections, 'open') }
}

function hostPlan(host: string, changes: HostPlan['changes']): HostPlan {
  return { host, address: host, cluster: 'ca', changes, kubelet: true, provable: null, warnings: [] }
}

const interrupted = {
  status: 'skipped',
  error: { code: 'interrupted', message: 'not changed, because the run was interrupted' },
}

test('after an interruption a survey finishes the host under way and begins no other', async () => {
  const controller = new AbortController()
  const { session, connecting } = await openTwo(controller.signal, () => {
    controller.abort()
  })
  const { hosts, failures } = await survey(session)
  expect(hosts).toEqual([])
  expect(failures).toMatchObject([
    { host: 'cp1', status: 'unreachable' },
    { host: 'cp2', address: '192.0.2.12', ...interrupted },
  ])
  expect(connecting).toHaveBeenCalledTimes(1)
})

test('after an interruption verify proves no host; a host that differs keeps its status', async () => {
  const { session, connecting } = await openTwo(AbortSignal.abort())
  const hosts = [hostPlan('cp1', []), hostPlan('cp2', [restartChange])]
  const plan = { clusters: [{ cluster: 'ca', hosts }], failures: [] }
  expect(await proveHosts(session, plan, { proof: 'proof' })).toMatchObject([
    { host: 'cp1', ...interrupted },
    { host: 'cp2', status: 'pending' },
  ])
  expect(connecting).not.toHaveBeenCalled()
})

test('after an interruption no rollback is planned', async () => {
  const { session, connecting } = await openTwo(AbortSignal.abort())
  const surveyed = await surveyWorld(machine, [])
  const { plan } = await planRollbacks(session, { tasks: [], hosts: [surveyed], failures: [] }, undefined)
  expect(plan).toMatchObject({ clusters: [], failures: [{ host: 'cp1', cluster: 'ca', ...interrupted }] })
  expect(connecting).not.toHaveBeenCalled()
})

test('after an interruption a roll begins no host, and a skipped host does not count as a failure', async () => {
  const { session, connecting } = await openTwo(AbortSignal.abort())
  const plan = {
    clusters: [{ cluster: 'ca', hosts: [hostPlan('cp1', [restartChange])] }],
    failures: [interruptedOutcome(hostPlan('cp2', []))],
  }
  expect(await roll(session, plan, { proof: 'proof' })).toMatchObject([
    { host: 'cp1', ...interrupted },
    { host: 'cp2', ...interrupted },
  ])
  expect(connecting).not.toHaveBeenCalled()
})
