import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { PlanewrightError } from '../../src/error.ts'
import { FILES } from './hosts-file.ts'
import type { Lab } from './lab.ts'

const labsDirectory = path.join(import.meta.dirname, '..', '..', '.lab')

const Host = z.object({
  name: z.string(),
  address: z.string(),
  port: z.number(),
  nodeAddress: z.string(),
  container: z.string(),
})

/** The state file, which `up` writes last. A lab without it is half-built, even if all its containers run. */
const State = z.object({
  name: z.string(),
  kubernetes: z.string(),
  image: z.string(),
  hosts: z.array(Host),
  // State files of earlier versions of `up` lack this field.
  machines: z.array(Host).default([]),
})

export type LabState = z.infer<typeof State>

/** Checks the name of a lab, such as `test-4711`. It becomes part of host names (RFC 1123), a folder and a network. */
export function requireLabName(name: string): string {
  if (/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/.test(name)) return name
  throw new PlanewrightError('usage', `${JSON.stringify(name)} cannot be the name of a lab`, {
    why: 'it becomes part of host names',
    remedy: 'Use at most 40 lower-case letters, digits and hyphens, beginning with a letter.',
  })
}

/** The absolute path of `.lab/<name>`. */
export function labDirectory(name: string): string {
  return path.join(labsDirectory, requireLabName(name))
}

/** Reads a lab from its state file, without asking the engine. Undefined if no `up` has finished. */
export async function find(name: string): Promise<Lab | undefined> {
  const state = await readState(name)
  return state === undefined ? undefined : labOf(state)
}

/** The names of all folders in `.lab`. */
export async function listLabs(): Promise<string[]> {
  const entries = await readdir(labsDirectory, { withFileTypes: true }).catch(() => [])
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

export async function readState(name: string): Promise<LabState | undefined> {
  const content = await readFile(path.join(labDirectory(name), FILES.state), 'utf8').catch(() => undefined)
  if (content === undefined) return undefined
  const parsed = State.safeParse(JSON.parse(content))
  return parsed.success ? parsed.data : undefined
}

/**
 * Reads the state of a lab that must exist.
 *
 * @throws PlanewrightError `usage` if there is no such lab
 */
export async function requireState(name: string): Promise<LabState> {
  const state = await readState(name)
  if (state !== undefined) return state
  throw new PlanewrightError('usage', `lab ${name} does not stand`, {
    remedy: `Run \`npm run lab -- up --name ${name}\` first.`,
  })
}

export async function writeState(state: LabState): Promise<void> {
  const file = path.join(labDirectory(state.name), FILES.state)
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(`${file}.new`, JSON.stringify(state, undefined, 2))
  await rename(`${file}.new`, file)
}

export function labOf(state: Omit<LabState, 'image'>): Lab {
  const directory = labDirectory(state.name)
  return {
    name: state.name,
    directory,
    inventoryFile: path.join(directory, FILES.inventory),
    privateKeyFile: path.join(directory, FILES.privateKey),
    knownHostsFile: path.join(directory, FILES.knownHosts),
    adminConfigFile: path.join(directory, FILES.adminConfig),
    kubernetes: state.kubernetes,
    hosts: state.hosts,
    machines: state.machines,
  }
}
