import { spawn, type ChildProcess } from 'node:child_process'
import { PlanewrightError } from '../../src/error.ts'
import type { Command } from './command.ts'

/** A command that runs. */
export interface Running {
  readonly pid: number
  /** Milliseconds from just before its start to its end. Rejects if the exit code is not the expected one. */
  readonly ended: Promise<number>
}

function unexpected(command: Command, code: number | null, said: string): PlanewrightError {
  return new PlanewrightError('host', `${command.program} ended with ${code ?? 'a signal'}`, {
    why: said.trim().slice(-2000),
    remedy: `It should have ended with ${command.expectedCode}: ${[command.program, ...command.args].join(' ').slice(0, 500)}`,
  })
}

/** Starts a command. Its stderr is kept only for an error message. */
export function startCommand(command: Command): Running {
  const said: Buffer[] = []
  const start = performance.now()
  const child: ChildProcess = spawn(command.program, command.args, { stdio: ['ignore', 'ignore', 'pipe'] })
  child.stderr?.on('data', (chunk: Buffer) => said.push(chunk))
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    let milliseconds = 0
    child.once('exit', () => {
      milliseconds = performance.now() - start
    })
    child.once('close', (code) => {
      if (code === command.expectedCode) resolve(milliseconds)
      else reject(unexpected(command, code, Buffer.concat(said).toString('utf8')))
    })
  })
  return { pid: child.pid ?? 0, ended }
}
