import { describe, expect, test } from 'vitest'
import { demandsOf, found, mayPass, type Demand, type Presence } from '../../src/engine/demand.ts'

const onHosts: readonly Demand[] = ['idle', 'kubelet', 'seen', 'quorum']

describe('what is demanded', () => {
  test.each<[Presence, readonly Demand[]]>([
    // One that answers 500 for a moment is open as well: peers that are down are not waived for it.
    ['open', [...onHosts, 'listed', 'askable', 'ready']],
    ['closed', onHosts],
    ['absent', onHosts],
  ])('where the own apiserver is %s', (presence, demands) => {
    expect([...demandsOf(presence)]).toEqual(demands)
  })
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
