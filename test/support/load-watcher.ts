import type { IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { RequestHangs, requestBound, type ApiClient } from './api-client.ts'
import { numberOf, selection, type Setbacks } from './numbered-config-maps.ts'

interface WatchEvent {
  readonly type: string
  readonly object: {
    readonly metadata?: { readonly resourceVersion?: string }
    readonly data?: Readonly<Record<string, string>>
    readonly code?: number
    readonly message?: string
  }
}

/** Milliseconds between the end of one watch and the next, so that the watcher does not flood a cluster that is down. */
const again = 50

/** A watch that cannot go on where it stopped. */
class EventsMissed extends Error {
  constructor(resourceVersion: string, said: string) {
    super(`the watch cannot go on from resourceVersion ${resourceVersion}: ${said}`)
  }
}

/** Yields whole lines only. The next watch sends an event again if its line was cut off. */
async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8')
  let rest = ''
  for await (const chunk of response) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}

/** The events of a watch, across all its interruptions. */
export class LoadWatcher {
  /** The numbers in the order of their events. A number that came twice is here twice. */
  readonly numbers: number[] = []
  readonly setbacks: Setbacks = new Map()
  /** How often the watch began. After each interruption it begins at its last resourceVersion. */
  beginnings = 0
  /** The longest time, in milliseconds, between one number and the next. */
  longestGap = 0
  readonly #client: ApiClient
  readonly #namespace: string
  #resourceVersion: string
  #last = performance.now()

  /** @param resourceVersion of a list; the watch has the events that came after that list */
  constructor(client: ApiClient, namespace: string, resourceVersion: string) {
    this.#client = client
    this.#namespace = namespace
    this.#resourceVersion = resourceVersion
  }

  /**
   * Watches until the signal aborts, and goes on after each interruption.
   *
   * @throws RequestHangs if a watch does not begin, or is silent for longer than the writer ever is. An Error if a
   *   resourceVersion is too old (410), because the watch would miss events.
   */
  async run(signal: AbortSignal): Promise<void> {
    this.#last = performance.now()
    const isOver = () => signal.aborted
    while (!isOver()) {
      try {
        await this.#watch(signal)
        this.#count('the watch ended')
      } catch (error) {
        // The signal itself also ends the watch with an error.
        if (isOver()) return
        if (error instanceof RequestHangs || error instanceof EventsMissed) throw error
        this.#count((error as NodeJS.ErrnoException).code ?? String(error))
      }
      await pause(again)
    }
  }

  async #watch(signal: AbortSignal): Promise<void> {
    const query = `watch=true&allowWatchBookmarks=true&resourceVersion=${this.#resourceVersion}`
    const response = await this.#client.open(`${selection(this.#namespace)}&${query}`, signal)
    const { statusCode = 0 } = response
    if (statusCode === 410) throw new EventsMissed(this.#resourceVersion, `HTTP ${statusCode}`)
    if (statusCode !== 200) {
      response.destroy()
      throw new Error(`HTTP ${statusCode}`)
    }
    this.beginnings += 1
    response.setTimeout(requestBound, () => {
      response.destroy(new RequestHangs(`the watch told nothing for ${requestBound / 1000} s`))
    })
    for await (const line of linesOf(response)) this.#take(JSON.parse(line) as WatchEvent)
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') {
      const said = `${object.code ?? ''} ${object.message ?? ''}`
      throw object.code === 410 ? new EventsMissed(this.#resourceVersion, said) : new Error(said)
    }
    this.#resourceVersion = object.metadata?.resourceVersion ?? this.#resourceVersion
    if (type === 'BOOKMARK') return
    if (type !== 'ADDED') throw new EventsMissed(this.#resourceVersion, `an event ${type} that nobody caused`)
    this.numbers.push(numberOf(object))
    this.longestGap = Math.max(this.longestGap, performance.now() - this.#last)
    this.#last = performance.now()
  }

  #count(reason: string): void {
    this.setbacks.set(reason, (this.setbacks.get(reason) ?? 0) + 1)
  }
}
