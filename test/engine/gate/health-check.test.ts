import { expect, test } from 'vitest'
import type { Presence } from '../../../src/engine/cluster/control-plane.ts'
import {
  checksFor,
  found,
  mayPass,
  type Disruption,
  type HealthCheck,
} from '../../../src/engine/gate/health-check.ts'

const hosts: readonly HealthCheck[] = ['idle', 'kubelet', 'seen', 'quorum']

test.each<[Disruption, Presence, readonly HealthCheck[]]>([
  // An apiserver that answers 500 for a moment counts as open, so its peers must be ready.
  ['restarts', 'open', [...hosts, 'listed', 'askable', 'ready']],
  ['restarts', 'closed', hosts],
  ['restarts', 'absent', hosts],
  ['writes', 'open', ['idle']],
  ['writes', 'closed', ['idle']],
  ['writes', 'absent', ['idle']],
])('a plan that %s, where the own apiserver is %s, checks', (disruption, presence, checks) => {
  expect([...checksFor(disruption, presence)]).toEqual(checks)
})

test.each<[readonly HealthCheck[], boolean]>([
  [[], false],
  [['ready'], true],
  [['ready', 'listed'], true],
  [['ready', 'idle'], false],
  [['kubelet'], false],
  [['seen'], false],
  [['quorum'], false],
  [['askable'], false],
])('what is against %j may pass by itself: %s', (checks, passes) => {
  expect(mayPass(checks.flatMap((check) => found(check, 'cp2', ['x'])))).toBe(passes)
})
