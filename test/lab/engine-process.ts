import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Dockerode from 'dockerode'
import { execa } from 'execa'
import { z } from 'zod'
import { PlanewrightError } from '../../src/error.ts'
import { cacheDirectory } from './cache.ts'
import { exists } from './exists.ts'
import { identifyProcess, isRunning } from './process-identity.ts'

/** The socket and the folders of a dockerd that the lab starts. All but the socket may be removed at any time. */
export interface EnginePlace {
  /** The folder for log, record and images. It is in the cache, so that the images stay when the engine stops. */
  readonly directory: string
  readonly socket: string
  /**
   * The folder for sockets and mounts of running containers. Its path is short, because the path of a socket has at most
   * 107 characters (unix(7)).
   */
  readonly runDirectory: string
  readonly extraArguments: readonly string[]
}

/** Docker's own socket, where every client looks. Log, record and images are in the cache. */
export function defaultEnginePlace(): EnginePlace {
  return {
    directory: path.join(cacheDirectory(), 'engine'),
    socket: '/var/run/docker.sock',
    runDirectory: '/run/planewright-engine',
    extraArguments: [],
  }
}

const Identity = z.object({ pid: z.number(), startTime: z.string() })
const EngineRecord = z.object({
  dockerd: Identity,
  /** The process that started it. */
  owner: Identity,
  /** Whether docker0 existed before. If so, another engine made it, and stopEngine leaves it there. */
  hadBridge: z.boolean(),
})

const BRIDGE = 'docker0'

/** Starts dockerd detached from this process, and records its identity. Returns when its socket answers. */
export async function startEngine(place: EnginePlace): Promise<void> {
  await mkdir(place.directory, { recursive: true })
  const log = path.join(place.directory, 'dockerd.log')
  const hadBridge = await exists(`/sys/class/net/${BRIDGE}`)
  const output = await open(log, 'w')
  const child = spawn('dockerd', dockerdArguments(place), {
    detached: true,
    stdio: ['ignore', output.fd, output.fd],
    env: engineEnvironment(process.env),
  })
  child.unref()
  const ended = once(child, 'exit').catch((error: unknown) => [error])
  try {
    const dockerd = child.pid === undefined ? undefined : identifyProcess(child.pid)
    if (dockerd === undefined || !(await answers(place.socket, ended))) throw await startFailure(log)
    const record = { dockerd, owner: identifyProcess(process.pid), hadBridge }
    await writeFile(recordFile(place), JSON.stringify(record))
  } finally {
    await output.close()
  }
}

/**
 * The environment of an engine. It has no TMPDIR: a test run removes its own folder for temporary files at its end, and
 * an engine that others still use then starts no container with a terminal.
 */
export function engineEnvironment(own: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(own).filter(([name]) => name !== 'TMPDIR')
  return { ...Object.fromEntries(kept), PATH: `${own.PATH ?? ''}:/usr/sbin:/sbin` }
}

function dockerdArguments(place: EnginePlace): string[] {
  return [
    `--host=unix://${place.socket}`,
    `--data-root=${path.join(place.directory, 'data')}`,
    `--exec-root=${place.runDirectory}`,
    `--pidfile=${path.join(place.directory, 'dockerd.pid')}`,
    ...place.extraArguments,
  ]
}

/** Whether the socket answers within a minute, before the process ends. */
async function answers(socket: string, ended: Promise<unknown>): Promise<boolean> {
  const docker = new Dockerode({ socketPath: socket })
  const over = ended.then(() => 'ended' as const)
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await docker.ping().then(
      () => 'answered' as const,
      () => Promise.race([over, delay(200, 'silent' as const)]),
    )
    if (answer !== 'silent') return answer === 'answered'
  }
  return false
}

async function startFailure(log: string): Promise<PlanewrightError> {
  const said = await readFile(log, 'utf8').catch(() => '')
  return new PlanewrightError('host', 'dockerd does not come up', {
    why: said.trim().split('\n').slice(-8).join('\n'),
    remedy: `Its log is ${log}. A container engine that was started otherwise is used as it is.`,
  })
}

/** The result of {@link stopEngine}. */
export type StopOutcome = 'stopped' | 'not ours' | 'in use'

/** Stops the engine if this or an earlier run of the lab started it. It stops no other engine. */
export async function stopEngine(place: EnginePlace): Promise<StopOutcome> {
  const record = await readRecord(place)
  if (record === undefined || !isRunning(record.dockerd)) {
    await rm(recordFile(place), { force: true })
    return 'not ours'
  }
  if (await hasRunningContainers(place)) return 'in use'
  process.kill(record.dockerd.pid, 'SIGTERM')
  // dockerd is no child of this process, so this polls for its end. dockerd ends its containerd itself.
  for (let attempt = 0; isRunning(record.dockerd); attempt++) {
    if (attempt === 300) process.kill(record.dockerd.pid, 'SIGKILL')
    await delay(100)
  }
  await rm(recordFile(place), { force: true })
  await rm(place.runDirectory, { recursive: true, force: true })
  // dockerd does not remove its bridge when it ends.
  if (!record.hadBridge) await execa('ip', ['link', 'delete', BRIDGE], { reject: false })
  return 'stopped'
}

/** Stops the engine if the given process started it and no container runs on it any more. */
export async function stopEngineOf(owner: { pid: number; startTime: string }): Promise<void> {
  const place = defaultEnginePlace()
  const record = await readRecord(place)
  if (record?.owner.pid === owner.pid && record.owner.startTime === owner.startTime) await stopEngine(place)
}

async function hasRunningContainers(place: EnginePlace): Promise<boolean> {
  return new Dockerode({ socketPath: place.socket }).listContainers().then(
    (containers) => containers.length > 0,
    () => false,
  )
}

function recordFile(place: EnginePlace): string {
  return path.join(place.directory, 'engine.json')
}

async function readRecord(place: EnginePlace): Promise<z.infer<typeof EngineRecord> | undefined> {
  const content = await readFile(recordFile(place), 'utf8').catch(() => undefined)
  if (content === undefined) return undefined
  const parsed = EngineRecord.safeParse(JSON.parse(content))
  return parsed.success ? parsed.data : undefined
}
