import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import ssh2 from 'ssh2'
import { PlanewrightError } from '../../src/error.ts'
import { createCluster } from './cluster.ts'
import { down } from './down.ts'
import { ensureEngine, type Engine } from './engine.ts'
import { FILES } from './hosts-file.ts'
import { ensureNodeImage } from './images/node.ts'
import type { Lab } from './lab.ts'
import { labelsOf } from './labels.ts'
import { withLabLock } from './lab-lock.ts'
import { addKnownHosts, writeInventory } from './lab-files.ts'
import { createNodes, networkOf } from './nodes.ts'
import type { Progress } from './progress.ts'
import { takeSnapshot } from './restore.ts'
import { labDirectory, labOf, readState, writeState, type LabState } from './state.ts'
import { isHealthy } from './health.ts'

export const DEFAULT_NAME = 'lab'
export const DEFAULT_KUBERNETES = 'v1.37.2'
export const DEFAULT_CONTROL_PLANES = 3

export interface UpOptions {
  readonly name: string
  /**
   * The settings of a new lab; an existing lab must have the same. If they are undefined, a new lab gets the defaults, and
   * an existing lab may have any.
   */
  readonly controlPlanes: number | undefined
  readonly kubernetes: string | undefined
  readonly progress: Progress
}

/**
 * Makes sure that a healthy lab exists. It keeps a healthy lab as it is, and builds a half-built or broken one anew. Two
 * calls with the same name take turns.
 *
 * @throws PlanewrightError `usage` if a healthy lab of that name has another size or version
 */
export async function up(options: UpOptions): Promise<Lab> {
  const { name, progress } = options
  const engine = await ensureEngine(progress)
  return withLabLock(name, progress, async () => {
    const standing = await readState(name)
    if (standing !== undefined && (await isHealthy(engine.docker, labOf(standing)))) {
      refuseDifferences(standing, options)
      return labOf(standing)
    }
    return build(engine, options)
  })
}

function refuseDifferences(standing: LabState, { name, controlPlanes, kubernetes }: UpOptions): void {
  const count = standing.hosts.length
  if ((controlPlanes ?? count) === count && (kubernetes ?? standing.kubernetes) === standing.kubernetes)
    return
  throw new PlanewrightError('usage', `lab ${name} stands already, with other settings`, {
    why: `it has ${count} control planes of Kubernetes ${standing.kubernetes}`,
    remedy: `Take it down first (\`npm run lab -- down --name ${name}\`), or choose another --name.`,
  })
}

async function build(engine: Engine, options: UpOptions): Promise<Lab> {
  const { name, progress } = options
  const kubernetes = options.kubernetes ?? DEFAULT_KUBERNETES
  const count = options.controlPlanes ?? DEFAULT_CONTROL_PLANES
  const image = await ensureNodeImage(kubernetes, progress)
  const names = Array.from({ length: count }, (_, index) => `${name}-cp${index + 1}`)
  const attempt = (): Promise<Lab> =>
    buildOnce(engine, { name, kubernetes, image: image.tag, names }, progress)
  // This is the only place where the lab repeats something. On a busy machine, a slow disk is enough to make kubeadm give
  // up, and it is easier to build a cluster anew than to repair half of one.
  return attempt().catch((error: unknown) => {
    if (error instanceof PlanewrightError && error.code === 'usage') throw error
    progress.note(`${error instanceof Error ? error.message : String(error)}: once more from the beginning`)
    return attempt()
  })
}

interface Blueprint extends Pick<LabState, 'name' | 'kubernetes' | 'image'> {
  readonly names: readonly string[]
}

async function buildOnce(engine: Engine, blueprint: Blueprint, progress: Progress): Promise<Lab> {
  const { name, kubernetes, image, names } = blueprint
  await progress.step(`clearing the place of lab ${name}`, () => down(name))
  const directory = labDirectory(name)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const publicKey = await writeKeyPair(path.join(directory, FILES.privateKey), name)
  const hosts = await progress.step(`booting ${names.join(', ')}`, () =>
    createNodes(engine.docker, names, {
      image,
      network: networkOf(name),
      labels: labelsOf({ name, directory }),
      publicKey,
    }),
  )
  const state: LabState = { name, kubernetes, image, hosts, machines: [] }
  const lab = labOf(state)
  const adminConfig = await createCluster(lab, progress)
  await progress.step('keeping how kubeadm left it, and writing the inventory', async () => {
    await Promise.all(lab.hosts.map(takeSnapshot))
    await writeInventory(lab)
    await addKnownHosts(lab, lab.hosts)
    await writeFile(lab.adminConfigFile, adminConfig, { mode: 0o600 })
    // This comes last, because a lab with a state file counts as built.
    await writeState(state)
  })
  return lab
}

async function writeKeyPair(file: string, name: string): Promise<string> {
  const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment: `planewright lab ${name}` })
  await writeFile(file, pair.private, { mode: 0o600 })
  await writeFile(`${file}.pub`, `${pair.public}\n`)
  return pair.public
}
