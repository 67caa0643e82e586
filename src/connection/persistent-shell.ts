import type { Writable } from 'node:stream'

import type { RunResult } from './connection.ts'
import type { Exchange } from './exchange.ts'
import type { MarkReader } from './mark-reader.ts'

/**
 * A running POSIX sh that takes one script after the other. It knows nothing about connections, order and
 * time limits.
 */
export class PersistentShell {
  readonly #stdin: Writable
  readonly #stdout: MarkReader
  readonly #stderr: MarkReader
  #exchanges = 0

  constructor(stdin: Writable, stdout: MarkReader, stderr: MarkReader) {
    this.#stdin = stdin
    this.#stdout = stdout
    this.#stderr = stderr
    stdin.on('error', (error) => {
      this.fail(error)
    })
  }

  /** How many scripts were sent. */
  get exchanges(): number {
    return this.#exchanges
  }

  /** Sends one script and returns its result. The next script must wait for it. */
  async exchange(exchange: Exchange): Promise<RunResult> {
    this.#exchanges += 1
    const both = Promise.all([read(this.#stdout, exchange), read(this.#stderr, exchange)])
    this.#stdin.write(exchange.request)
    const [stdout, stderr] = await both
    return { code: Number(stdout.code), stdout: stdout.bytes, stderr: stderr.bytes }
  }

  /** Rejects the present exchange and all later ones with this error. */
  fail(error: unknown): void {
    this.#stdout.fail(error)
    this.#stderr.fail(error)
  }
}

async function read(stream: MarkReader, exchange: Exchange): Promise<{ bytes: Buffer; code: string }> {
  await stream.readUntil(exchange.begin)
  const bytes = await stream.readUntil(exchange.end)
  const code = await stream.readUntil(exchange.close)
  return { bytes, code: code.toString() }
}
