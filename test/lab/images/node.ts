import { createWriteStream } from 'node:fs'
import { copyFile, cp, link, mkdir, symlink } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { cacheDirectory, withScratchDirectory } from '../cache.ts'
import { ensureEngine, type Engine } from '../engine.ts'
import type { EngineClient } from '../engine-client.ts'
import { withLock } from '../lock.ts'
import type { Progress } from '../progress.ts'
import { BASE_RECIPE, ensureBaseImage } from './base.ts'
import { buildImage, hasImage, obtainImage } from './engine-image.ts'
import { describeCrictl } from './crictl.ts'
import { describeEtcd, describePause } from './etcd.ts'
import { ensureGoProgram } from './go-program.ts'
import { describeKubernetes } from './kubernetes.ts'
import { readRecipeFiles, hashRecipe, tagOf, type Recipe } from './recipe.ts'

const folder = (name: string): string => path.join(import.meta.dirname, name)

/** The programs in the component image that are links to `kube`. */
const COMPONENTS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy']

/** A node image, and how it was made. */
export interface NodeImage {
  readonly tag: string
  /** `kind`: from kindest/node. `built`: on this machine, from Kubernetes' Go modules. */
  readonly origin: 'kind' | 'built'
}

/** The image that an earlier {@link ensureNodeImage} made. Undefined if there is none. */
export async function findNodeImage(
  version: string,
  { docker, architecture }: Pick<EngineClient, 'docker' | 'architecture'>,
): Promise<NodeImage | undefined> {
  const fromKind = tagOf(await accessRecipe(`kindest/node:${version}`))
  if (await hasImage(docker, fromKind)) return { tag: fromKind, origin: 'kind' }
  const fromBuilt = tagOf(await accessRecipe(tagOf(await builtRecipe(version, architecture))))
  if (await hasImage(docker, fromBuilt)) return { tag: fromBuilt, origin: 'built' }
  return undefined
}

/**
 * Makes an image of a node with this version of Kubernetes, sshd and sudo, once for each version. It is made from
 * kindest/node if that is here or can be pulled. Otherwise it is built to look like kindest/node.
 *
 * @param version like `v1.37.2`
 * @throws PlanewrightError `host` if kindest/node cannot be pulled and an image cannot be built
 */
export async function ensureNodeImage(version: string, progress: Progress): Promise<NodeImage> {
  const { docker, architecture } = await ensureEngine(progress)
  const kind = `kindest/node:${version}`
  const fromKind = await accessRecipe(kind)
  const built = await builtRecipe(version, architecture)
  const fromBuilt = await accessRecipe(tagOf(built))
  const known = (): Promise<NodeImage | undefined> => findNodeImage(version, { docker, architecture })
  const wait = (): void => {
    progress.note('waiting for another run that builds the node image')
  }
  const lock = path.join(cacheDirectory(), 'locks', `node-${hashRecipe(built)}`)
  return (await known()) ?? withLock(lock, wait, async () => (await known()) ?? make())

  async function make(): Promise<NodeImage> {
    const engine = await ensureEngine(progress)
    if (await obtainImage(docker, kind)) {
      await buildAccess(engine, kind, tagOf(fromKind), progress)
      return { tag: tagOf(fromKind), origin: 'kind' }
    }
    progress.note(`${kind} cannot be pulled: a node image is built from Kubernetes' Go modules instead`)
    await buildNode(engine, version, built, progress)
    await buildAccess(engine, tagOf(built), tagOf(fromBuilt), progress)
    return { tag: tagOf(fromBuilt), origin: 'built' }
  }
}

async function accessRecipe(parent: string): Promise<Recipe> {
  return {
    name: 'node',
    ingredients: [parent],
    files: await readRecipeFiles(import.meta.dirname, ['access']),
  }
}

async function builtRecipe(version: string, architecture: string): Promise<Recipe> {
  const programs = [
    (await describeKubernetes(version, architecture)).recipe,
    (await describeEtcd(architecture)).recipe,
    (await describePause(architecture)).recipe,
    (await describeCrictl(architecture)).recipe,
  ]
  return {
    name: 'kubernetes',
    ingredients: [version, architecture, tagOf(BASE_RECIPE), ...programs.map(hashRecipe), ...COMPONENTS],
    files: await readRecipeFiles(import.meta.dirname, ['node', 'components']),
  }
}

async function buildAccess(engine: Engine, parent: string, tag: string, progress: Progress): Promise<void> {
  await progress.step(`adding sshd and sudo to ${parent}`, () =>
    buildImage(engine.docker, tag, folder('access'), { BASE: parent }),
  )
}

async function buildNode(engine: Engine, version: string, recipe: Recipe, progress: Progress): Promise<void> {
  const kube = await ensureGoProgram(await describeKubernetes(version, engine.architecture), progress)
  const etcd = await ensureGoProgram(await describeEtcd(engine.architecture), progress)
  const pause = await ensureGoProgram(await describePause(engine.architecture), progress)
  const crictl = await ensureGoProgram(await describeCrictl(engine.architecture), progress)
  const base = await ensureBaseImage(progress)
  const components = `planewright-lab/components:${hashRecipe(recipe)}`
  await progress.step(`building the node image of Kubernetes ${version}`, () =>
    withScratchDirectory(async (scratch) => {
      const node = path.join(scratch, 'node')
      await cp(folder('node'), node, { recursive: true })
      await copyFile(kube, path.join(node, 'kube'))
      await copyFile(crictl, path.join(node, 'crictl'))
      await saveComponents(
        engine,
        components,
        { kube, etcd, pause },
        scratch,
        path.join(node, 'components.tar'),
      )
      await buildImage(engine.docker, tagOf(recipe), node, {
        BASE: base,
        VERSION: version,
        COMPONENTS: components,
      })
    }),
  )
}

/** Writes one image with all components to an archive, which the nodes import. The engine need not keep the image. */
async function saveComponents(
  engine: Engine,
  tag: string,
  programs: Readonly<Record<'kube' | 'etcd' | 'pause', string>>,
  scratch: string,
  archive: string,
): Promise<void> {
  const context = path.join(scratch, 'components')
  const links = path.join(context, 'links')
  await mkdir(links, { recursive: true })
  await cp(folder('components'), context, { recursive: true })
  for (const [name, file] of Object.entries(programs)) await link(file, path.join(context, name))
  for (const name of COMPONENTS) await symlink('kube', path.join(links, name))
  await buildImage(engine.docker, tag, context, {})
  const image = engine.docker.getImage(tag)
  await pipeline(await image.get(), createWriteStream(archive))
  await image.remove()
}
