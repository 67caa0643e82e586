import { PassThrough } from 'node:stream'
import { finished } from 'node:stream/promises'
import { text } from 'node:stream/consumers'
import type Dockerode from 'dockerode'
import { PlanewrightError } from '../../src/error.ts'
import { findEngine } from './engine-client.ts'

/** The result of a script on a node. */
export interface ExecResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs a POSIX sh script as root in a container, with the engine's own exec. So a test can look at a node without SSH and
 * without planewright.
 *
 * @param host a lab's host, or any other object with a container id or name
 */
export async function execOn(host: { readonly container: string }, script: string): Promise<ExecResult> {
  const engine = await findEngine()
  if (engine === undefined) throw new PlanewrightError('host', 'no container engine answers')
  return execInContainer(engine.docker, host.container, script)
}

/** Does the same as {@link execOn} with an engine that the caller has already found. */
export async function execInContainer(
  docker: Dockerode,
  container: string,
  script: string,
): Promise<ExecResult> {
  const exec = await docker.getContainer(container).exec({
    Cmd: ['/bin/sh', '-c', script],
    AttachStdout: true,
    AttachStderr: true,
  })
  const stream = await exec.start({ Detach: false, Tty: false })
  const stdout = new PassThrough()
  const stderr = new PassThrough()
  docker.modem.demuxStream(stream, stdout, stderr)
  const output = Promise.all([text(stdout), text(stderr)])
  await finished(stream, { writable: false })
  stdout.end()
  stderr.end()
  const [out, err] = await output
  const { ExitCode } = await exec.inspect()
  return { code: ExitCode ?? -1, stdout: out, stderr: err }
}

/**
 * Runs a script that must succeed, as {@link execOn} does, and returns its stdout.
 *
 * @throws PlanewrightError `host` with the last lines of the script's output
 */
export async function runOn(
  host: { readonly name: string; readonly container: string },
  what: string,
  script: string,
): Promise<string> {
  return requireSuccess(host, what, await execOn(host, script))
}

/**
 * Returns the stdout of a result with exit code 0.
 *
 * @throws PlanewrightError `host` with the last lines of the output, for any other exit code
 */
export function requireSuccess(
  host: { readonly name: string },
  what: string,
  { code, stdout, stderr }: ExecResult,
): string {
  if (code === 0) return stdout
  throw new PlanewrightError('host', `${what} failed (exit code ${code})`, {
    where: { host: host.name },
    why: lastLines(stderr.trim() === '' ? stdout : stderr, 8),
    remedy: `Look at \`npm run lab -- logs ${host.name}\`; \`up\` again builds the lab anew.`,
  })
}

function lastLines(output: string, count: number): string {
  return output.trim().split('\n').slice(-count).join('\n')
}
