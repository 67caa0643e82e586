import { strikeFromRetryFile, writeRetryFile } from '../inventory/retry-file.ts'
import type { PipelineEvent } from './event.ts'

/**
 * Keeps track of the hosts that a run has not finished, and writes them to a file for the next run (`-l
 * @file`).
 */
export class HostsLeft {
  readonly #file: string
  readonly #done = new Set<string>()
  #hosts: readonly string[] = []
  #inventory: ReadonlySet<string> = new Set()

  /** @param file where the hosts are kept; a path on this machine */
  constructor(file: string) {
    this.#file = file
  }

  /** Takes the events of the run: use it as a pipeline's listener, or call it from one. */
  readonly listener = (event: PipelineEvent): void => {
    if (event.type === 'hosts-selected') {
      this.#hosts = event.hosts
      this.#inventory = new Set(event.inventory)
    }
    const isDone = event.type === 'host-ended' && (event.status === 'ok' || event.status === 'changed')
    if (isDone) this.#done.add(event.host)
  }

  /**
   * Writes the unfinished hosts to the file, and removes finished hosts from it. When no host is left in it,
   * the file is removed. It awaits nothing, so a process that is about to end can call it.
   *
   * @returns the hosts that are left
   * @throws PlanewrightError `usage` if the file cannot be written; its remedy names the hosts.
   */
  keep(): readonly string[] {
    const left = this.#hosts.filter((host) => !this.#done.has(host))
    if (left.length === 0) strikeFromRetryFile(this.#file, this.#hosts, this.#inventory)
    else writeRetryFile(this.#file, left, this.#inventory)
    return left
  }
}
