import type { Duplex } from 'node:stream'

import type { ConnectionTarget } from './target.ts'

/** What a script came to. Only a script that ran to its end has a result: a lost connection rejects instead. */
export interface RunResult {
  /** The exit code; 128 + n where signal n ended the script, as every POSIX shell reports it. */
  readonly code: number
  /** Every byte the script wrote, untrimmed and undecoded: a host's files need not be text. */
  readonly stdout: Buffer
  readonly stderr: Buffer
}

export interface RunOptions {
  /**
   * Milliseconds, counted from the moment the script is sent, until it counts as lost. The connection is then
   * closed: nothing else could free the shell behind it.
   */
  readonly timeoutMs: number
}

/** A host that scripts can be run on, and whose ports can be reached. */
export interface Connection {
  readonly target: ConnectionTarget

  /**
   * Runs POSIX sh text in the one persistent shell: each script in a subshell of its own, so that `cd`, `set`,
   * traps, variables and `exit` end with it; its stdin is /dev/null. Calls queue in order.
   *
   * A script that leaves a process running must redirect that process's output, as its pipes are the shell's.
   *
   * @throws PlanewrightError `unreachable` when the connection is lost or the time is over; whether the script
   *   did its work is then unknown
   */
  run(script: string, options: RunOptions): Promise<RunResult>

  /**
   * A stream to address:port as seen from the host.
   *
   * @throws PlanewrightError `host` when the host refuses (see `isForwardingProhibited`) or nothing listens
   *   there; `unreachable` when the connection is lost
   */
  forward(address: string, port: number): Promise<Duplex>

  /** Whether it broke off, so that nothing can be asked over it any more. One that was closed is not lost. */
  readonly isLost: boolean

  /** How many exchanges `run` has made: each costs the network one round trip. */
  readonly roundTrips: number

  /** Leaves neither socket nor timer behind; whatever still runs is rejected. May be called any number of times. */
  close(): Promise<void>
}
