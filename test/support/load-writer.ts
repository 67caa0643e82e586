import { setTimeout as pause } from 'node:timers/promises'
import type { ApiClient } from './api-client.ts'
import { write, type Setbacks } from './numbered-config-maps.ts'

/** Milliseconds between an acknowledged write and the next. This gives some 20 writes a second during a roll on 2 cores. */
const pace = 30

export interface Written {
  /** The numbers in the order in which the apiserver acknowledged them. */
  readonly acknowledged: readonly number[]
  /** The longest time, in milliseconds, between one acknowledged write and the next. */
  readonly longestGap: number
  readonly setbacks: Setbacks
}

export interface WriterOptions {
  readonly namespace: string
  /** When it aborts, the writer finishes its present write and ends. */
  readonly signal: AbortSignal
  /** The writer ends by itself after this many numbers or milliseconds. */
  readonly bounds: { readonly numbers: number; readonly milliseconds: number }
}

/** Writes ConfigMaps with consecutive numbers, one after the other. It repeats each write until it is acknowledged. */
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
