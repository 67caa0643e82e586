import type { Readable } from 'node:stream'

import { PlanewrightError } from '../error.ts'

/**
 * Reads a stream of any bytes up to marks that the other side writes into it. It reads only while somebody
 * waits. Other bytes stay in the pipe, and make their writer wait.
 */
export class MarkReader {
  readonly #stream: Readable
  /** Already searched, without a mark in it. */
  #passed: Buffer[] = []
  /** Not searched yet, or the beginning of a mark. */
  #rest: Buffer = Buffer.alloc(0)
  #wanted: { mark: Buffer; resolve: (bytes: Buffer) => void; reject: (error: unknown) => void } | undefined
  #failure: unknown

  constructor(stream: Readable) {
    this.#stream = stream
    stream.pause()
    stream.on('data', (chunk: Buffer) => {
      this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk])
      this.#search()
    })
    const ended = () => {
      this.fail(new PlanewrightError('unreachable', 'the shell on the host ended'))
    }
    stream.on('end', ended).on('close', ended)
    stream.on('error', (error: unknown) => {
      this.fail(error)
    })
  }

  /**
   * Returns the bytes before the next occurrence of the mark, and drops the mark itself. One wait at a time.
   */
  readUntil(mark: Buffer): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#wanted = { mark, resolve, reject }
      this.#search()
      if (this.#isWanted()) {
        if (this.#failure === undefined) this.#stream.resume()
        else this.fail(this.#failure)
      }
    })
  }

  /** The bytes since the last mark: what the other side said if an awaited mark did not come. */
  get unread(): Buffer {
    return Buffer.concat([...this.#passed, this.#rest])
  }

  /** Ends the present wait and every later one with this error. The first failure stays the reason. */
  fail(error: unknown): void {
    this.#failure ??= error
    const wanted = this.#wanted
    this.#wanted = undefined
    wanted?.reject(this.#failure)
  }

  #isWanted(): boolean {
    return this.#wanted !== undefined
  }

  #search(): void {
    if (this.#wanted === undefined) return
    const { mark, resolve } = this.#wanted
    const position = this.#rest.indexOf(mark)
    if (position === -1) {
      // The mark may have begun in the last bytes. The bytes before them need not be searched again.
      const searched = Math.max(0, this.#rest.length - mark.length + 1)
      this.#passed.push(this.#rest.subarray(0, searched))
      this.#rest = this.#rest.subarray(searched)
      return
    }
    const bytes = Buffer.concat([...this.#passed, this.#rest.subarray(0, position)])
    this.#passed = []
    this.#rest = this.#rest.subarray(position + mark.length)
    this.#wanted = undefined
    this.#stream.pause()
    resolve(bytes)
  }
}
