import type { Duplex } from 'node:stream'

import type { ConnectionTarget } from './target.ts'

/** The result of a script that ran to its end. If the connection is lost, `run` rejects instead. */
export interface RunResult {
  /** The exit code; 128 + n if signal n ended the script, as every POSIX shell reports it. */
  readonly code: number
  /** Every byte that the script wrote, untrimmed and undecoded: a host's files need not be text. */
  readonly stdout: Buffer
  readonly stderr: Buffer
}

export interface RunOptions {
  /**
   * Milliseconds from the moment the script is sent until it counts as lost. The connection is closed then,
   * as nothing else could free its shell.
   */
  readonly timeoutMs: number
}

/** A connection to a host that runs scripts there and reaches the host's ports. */
export interface Connection {
  readonly target: ConnectionTarget

  /**
   * Runs POSIX sh text in the one persistent shell. Each script has its own subshell, so that `cd`, `set`,
   * traps, variables and `exit` end with it; its stdin is /dev/null. Calls queue in order.
   *
   * A script that leaves a process running must redirect that process's output, as its pipes are the shell's.
   *
   * @throws PlanewrightError `unreachable` when the connection is lost or the time is over; then it is
   * unknown whether the script did its work
   */
  run(script: string, options: RunOptions): Promise<RunResult>

  /**
   * Opens a stream to address:port as seen from the host.
   *
   * @throws PlanewrightError `host` when the host refuses (see `isForwardingProhibited`) or nothing listens
   * there; `unreachable` when the connection is lost
   */
  forward(address: string, port: number): Promise<Duplex>

  /**
   * Whether the connection was lost, so that it answers no more questions. A connection that was closed is
   * not lost.
   */
  readonly isLost: boolean

  /** How many exchanges `run` has made: each costs one network round trip. */
  readonly roundTrips: number

  /** Closes socket and timers, and rejects whatever still runs. May be called any number of times. */
  close(): Promise<void>
}
