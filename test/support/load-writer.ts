import { setTimeout as pause } from 'node:timers/promises'
import type { ApiClient } from './api-client.ts'
import { write, type Setbacks } from './numbered-config-maps.ts'

/** Milliseconds between an acknowledged write and the next: some twenty a second, beside a roll on two cores. */
const pace = 30

export interface Written {
  /** In the order in which they were acknowledged. */
  readonly acknowledged: readonly number[]
  /** The longest time, in milliseconds, between one acknowledged write and the next. */
  readonly longestGap: number
  readonly setbacks: Setbacks
}

export interface WriterOptions {
  readonly namespace: string
  /** Ends it after the write that is under way. */
  readonly signal: AbortSignal
  /** It ends by itself after so many numbers, or so many milliseconds. */
  readonly bounds: { readonly numbers: number; readonly milliseconds: number }
}

/** Writes ConfigMaps with running numbers, one after the other, each until it is acknowledged. */
export async function writeNumbers(client: ApiClient, options: WriterOptions): Promise<Written> {
  const { namespace, signal, bounds } = options
  const setbacks: Setbacks = new Map()
  const acknowledged: number[] = []
  const end = performance.now() + bounds.milliseconds
  let longestGap = 0
  let last = performance.now()
  for (let number = 1; number <= bounds.numbers; number += 1) {
    if (signal.aborted || performance.now() > end) break
    await write(client, namespace, number, setbacks)
    acknowledged.push(number)
    longestGap = Math.max(longestGap, performance.now() - last)
    last = performance.now()
    await pause(pace)
  }
  return { acknowledged, longestGap, setbacks }
}
