import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import path from 'node:path'
import type { Socket } from 'node:net'
import { cacheDirectory } from './cache.ts'
import { identifyProcess, type ProcessIdentity } from './process-identity.ts'

/** What is taken away when the process that wants it is gone. */
export interface Charge {
  /** Names of labs. */
  readonly labs: readonly string[]
  /** Values of the label `planewright.run` of containers and networks. */
  readonly runs: readonly string[]
  /** The container engine goes too, if this process started it and nothing else runs on it. */
  readonly owner: ProcessIdentity | undefined
}

/** A process of its own that outlives this one, just long enough to clean up after it. */
export interface Guard {
  /** Takes everything away now, and ends the guard. May be called twice. */
  release(): Promise<void>
}

/** Guards labs: whatever ends this process, also SIGKILL, they are taken down. */
export function guardLabs(names: readonly string[]): Guard {
  return guard({ labs: names, runs: [], owner: identifyProcess(process.pid) })
}

/** Guards the containers and networks that carry the label `planewright.run` with this value. */
export function guardContainers(run: string): Guard {
  return guard({ labs: [], runs: [run], owner: identifyProcess(process.pid) })
}

/**
 * The guard reads from a pipe that only this process holds open: its end is the kernel's word that this process
 * is gone, however it went. It is in a session of its own, where no Ctrl-C reaches it.
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
  // Neither the guard nor its pipe shall keep this process alive.
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
