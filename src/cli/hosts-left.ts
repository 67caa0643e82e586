import { quote } from '../connection/shell.ts'
import type { RunEvent } from '../engine/values/event.ts'
import type { Session } from '../engine/session/session.ts'
import { toPlanewrightError } from '../error.ts'
import { strikeFromRetryFile, writeRetryFile } from './retry-file.ts'
import type { Screen } from './screen.ts'

/** How a run that has left hosts is gone on with. */
const commands = {
  apply: 'planewright apply',
  prepare: 'planewright prepare',
  rollback: 'planewright rollback all',
} as const

/** The verbs that leave hosts. */
export type WritingVerb = keyof typeof commands

/** Which hosts a run that writes has not brought to their end, and the file that keeps them for the next run. */
export class HostsLeft {
  readonly #verb: WritingVerb
  readonly #file: string
  #hosts: readonly string[] = []
  #inventory: ReadonlySet<string> = new Set()
  readonly #done = new Set<string>()

  constructor(verb: WritingVerb, file: string) {
    this.#verb = verb
    this.#file = file
  }

  /** From here on all hosts of the session are left, until they have come to their end. */
  begin({ hosts, neighbours }: Pick<Session, 'hosts' | 'neighbours'>): void {
    this.#hosts = hosts.map(({ host }) => host.name)
    this.#inventory = new Set([...this.#hosts, ...neighbours.map(({ name }) => name)])
  }

  listener(event: RunEvent): void {
    if (event.type !== 'host-ended') return
    if (event.status === 'ok' || event.status === 'changed') this.#done.add(event.host)
  }

  /** Writes down what is left, and says how to go on with it. That it cannot be written changes nothing else. */
  keep(screen: Pick<Screen, 'hint' | 'warn'>): void {
    const left = this.#hosts.filter((host) => !this.#done.has(host))
    try {
      if (left.length === 0) {
        strikeFromRetryFile(this.#file, this.#hosts, this.#inventory)
        return
      }
      writeRetryFile(this.#file, left, this.#inventory)
      const are = left.length === 1 ? '1 host is' : `${left.length} hosts are`
      screen.hint(`${are} left. Go on with: ${commands[this.#verb]} … -l ${quote(`@${this.#file}`)}`)
    } catch (thrown) {
      screen.warn(toPlanewrightError(thrown))
    }
  }
}
