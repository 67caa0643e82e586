import { expect, test } from 'vitest'
import {
  demandsOf,
  found,
  mayPass,
  type Burden,
  type Demand,
  type Presence,
} from '../../src/engine/demand.ts'

const hosts: readonly Demand[] = ['idle', 'kubelet', 'seen', 'quorum']

test.each<[Burden, Presence, readonly Demand[]]>([
  // One that answers 500 for a moment is open as well: peers that are down are not waived for it.
  ['restarts', 'open', [...hosts, 'listed', 'askable', 'ready']],
  ['restarts', 'closed', hosts],
  ['restarts', 'absent', hosts],
  ['writes', 'open', ['idle']],
  ['writes', 'closed', ['idle']],
  ['writes', 'absent', ['idle']],
])('a plan that %s, where the own apiserver is %s, demands', (burden, presence, demands) => {
  expect([...demandsOf(burden, presence)]).toEqual(demands)
})

test.each<[readonly Demand[], boolean]>([
  [[], false],
  [['ready'], true],
  [['ready', 'listed'], true],
  [['ready', 'idle'], false],
  [['kubelet'], false],
  [['seen'], false],
  [['quorum'], false],
  [['askable'], false],
])('what is against %j may pass by itself: %s', (demands, passes) => {
  expect(mayPass(demands.flatMap((demand) => found(demand, 'cp2', ['x'])))).toBe(passes)
})
