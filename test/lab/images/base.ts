import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PlanewrightError } from '../../../src/error.ts'
import { cacheDirectory, keepInCache, withScratchDirectory } from '../cache.ts'
import { ensureEngine, type Engine } from '../engine.ts'
import { withLock } from '../lock.ts'
import { canInstallPackages, installPackages, isOnPath } from '../packages.ts'
import { exists } from '../exists.ts'
import type { Progress } from '../progress.ts'
import { runProgram } from '../run-program.ts'
import { buildImage, hasImage, obtainImage } from './engine-image.ts'
import { hashRecipe, tagOf, type Recipe } from './recipe.ts'

const SUITE = 'bookworm'

/**
 * The packages that a node needs (field notes, "Node images where none can be pulled"). busybox is for tests of hosts
 * without GNU coreutils.
 */
const PACKAGES = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'sudo',
  'containerd',
  'runc',
  'iptables',
  'iproute2',
  'iputils-ping',
  'conntrack',
  'ethtool',
  'socat',
  'kmod',
  'procps',
  'ca-certificates',
  'curl',
  'busybox-static',
]

/** The recipe of the Debian base image. */
export const BASE_RECIPE: Recipe = { name: 'base', ingredients: [SUITE, ...PACKAGES], files: {} }

const DOCKERFILE = `FROM debian:${SUITE}-slim
RUN apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends ${PACKAGES.join(' ')} \\
 && rm -rf /var/lib/apt/lists/*
`

/**
 * Makes a Debian image if it does not exist, and returns its tag. It has systemd, sshd, sudo, containerd and busybox, and
 * no users or settings of ours. Nodes and the tests' SSH hosts are built on it. If debian's own image cannot be pulled, it
 * takes a minute to make, or seconds from the cache folder.
 */
export async function ensureBaseImage(progress: Progress): Promise<string> {
  const engine = await ensureEngine(progress)
  const tag = tagOf(BASE_RECIPE)
  if (await hasImage(engine.docker, tag)) return tag
  const lock = path.join(cacheDirectory(), 'locks', `base-${hashRecipe(BASE_RECIPE)}`)
  const wait = (): void => {
    progress.note('waiting for another run that builds the Debian base image')
  }
  await withLock(lock, wait, async () => {
    if (await hasImage(engine.docker, tag)) return
    if (await obtainImage(engine.docker, `debian:${SUITE}-slim`)) await buildFromDebian(engine, tag, progress)
    else await importDebootstrapped(engine, tag, progress)
  })
  return tag
}

async function buildFromDebian(engine: Engine, tag: string, progress: Progress): Promise<void> {
  await progress.step('building the Debian base image', () =>
    withScratchDirectory(async (directory) => {
      await writeFile(path.join(directory, 'Dockerfile'), DOCKERFILE)
      await buildImage(engine.docker, tag, directory, {})
    }),
  )
}

async function importDebootstrapped(engine: Engine, tag: string, progress: Progress): Promise<void> {
  const archive = path.join(cacheDirectory(), 'images', `base-${hashRecipe(BASE_RECIPE)}.tar`)
  if (!(await exists(archive))) await debootstrap(archive, progress)
  await progress.step('importing the Debian base image', async () => {
    const [repo, version] = tag.split(':')
    const output = await engine.docker.importImage(createReadStream(archive), { repo, tag: version })
    await new Promise<void>((resolve, reject) => {
      output.on('data', () => undefined)
      output.on('end', resolve)
      output.on('error', reject)
    })
  })
}

async function debootstrap(archive: string, progress: Progress): Promise<void> {
  if (!isOnPath('mmdebstrap') && !(await canInstallPackages())) {
    throw new PlanewrightError('host', `debian:${SUITE}-slim cannot be pulled, nor an image like it made`, {
      why: 'mmdebstrap is not installed, and only on Debian or Ubuntu, as root, can it be',
      remedy: 'Give the container engine access to a registry, or install mmdebstrap.',
    })
  }
  await installPackages(['mmdebstrap', 'debian-archive-keyring'], ['mmdebstrap'], progress)
  await progress.step('making the Debian base image with mmdebstrap, once', () =>
    withScratchDirectory(async (directory) => {
      const file = path.join(directory, 'base.tar')
      const include = `--include=${PACKAGES.join(',')}`
      await runProgram(
        'mmdebstrap',
        ['--variant=minbase', '--quiet', include, SUITE, file],
        'See that a Debian mirror can be reached from here, then run it again.',
      )
      await keepInCache(file, archive)
    }),
  )
}
