import { strikeFromRetryFile, writeRetryFile } from '../inventory/retry-file.ts'
import type { PipelineEvent } from './event.ts'

/** Counts which hosts a run has not brought to their end, and keeps them in a file for the next run (`-l @file`). */
export class HostsLeft {
  readonly #file: string
  readonly #done = new Set<string>()
  #hosts: readonly string[] = []
  #inventory: ReadonlySet<string> = new Set()

  /** @param file where the hosts are kept; a path of this machine */
  constructor(file: string) {
    this.#file = file
  }

  /** Hears the events of the run, as the listener of a pipeline or within it. */
  readonly listener = (event: PipelineEvent): void => {
    if (event.type === 'hosts-selected') {
      this.#hosts = event.hosts
      this.#inventory = new Set(event.inventory)
    }
    const isDone = event.type === 'host-ended' && (event.status === 'ok' || event.status === 'changed')
    if (isDone) this.#done.add(event.host)
  }

  /**
   * Writes the hosts that are left to the file, and takes hosts that are done out of it; the file goes with the last of
   * them. Waits for nothing, so that a process which is about to end can call it.
   *
   * @returns the hosts that are left
   * @throws PlanewrightError `usage` where the file cannot be written; its remedy names the hosts.
   */
  keep(): readonly string[] {
    const left = this.#hosts.filter((host) => !this.#done.has(host))
    if (left.length === 0) strikeFromRetryFile(this.#file, this.#hosts, this.#inventory)
    else writeRetryFile(this.#file, left, this.#inventory)
    return left
  }
}
