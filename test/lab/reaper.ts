import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import path from 'node:path'
import type { Socket } from 'node:net'
import { cacheDirectory } from './cache.ts'
import { identifyProcess, type ProcessIdentity } from './process-identity.ts'

/** What the guard removes when the process that uses it has ended. */
export interface Charge {
  /** Names of labs. */
  readonly labs: readonly string[]
  /** Values of the label `planewright.run` of containers and networks. */
  readonly runs: readonly string[]
  /** The process that uses it. If it started the container engine and nothing else runs there, the guard stops that too. */
  readonly owner: ProcessIdentity | undefined
}

/** A separate process that cleans up after this one has ended. */
export interface Guard {
  /** Removes everything now, and ends the guard. May be called twice. */
  release(): Promise<void>
}

/** Makes sure that these labs are removed when this process ends, even by SIGKILL. */
export function guardLabs(names: readonly string[]): Guard {
  return guard({ labs: names, runs: [], owner: identifyProcess(process.pid) })
}

/** The same for containers and networks with this value of the label `planewright.run`. */
export function guardContainers(run: string): Guard {
  return guard({ labs: [], runs: [run], owner: identifyProcess(process.pid) })
}

/**
 * Starts the guard. It reads from a pipe that only this process holds open. So the kernel closes the pipe when this process
 * ends, however it ends. The guard has a session of its own, so that Ctrl-C does not reach it.
 */
function guard(charge: Charge): Guard {
  mkdirSync(cacheDirectory(), { recursive: true })
  const log = openSync(path.join(cacheDirectory(), 'reaper.log'), 'a')
  const main = path.join(import.meta.dirname, 'reaper-main.ts')
  const child = spawn(process.execPath, [main, JSON.stringify(charge)], {
    detached: true,
    stdio: ['pipe', 'ignore', log],
  })
  closeSync(log)
  const ended = once(child, 'exit')
  // Neither the guard nor its pipe may keep this process running.
  child.unref()
  const pipe = child.stdin as Socket
  pipe.unref()
  return {
    async release() {
      child.ref()
      pipe.end('farewell')
      await ended
    },
  }
}
