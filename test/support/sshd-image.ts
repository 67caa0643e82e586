import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { ensureEngine } from '../lab/engine.ts'
import { ensureBaseImage } from '../lab/images/base.ts'
import { buildImage, hasImage } from '../lab/images/engine-image.ts'
import { tagOf } from '../lab/images/recipe.ts'
import type { Progress } from '../lab/progress.ts'

/**
 * Debian with sshd and four accounts. `root` is root, `operator` becomes root with sudo and no password. For `plain`, sudo
 * asks for a password; `stranger` may not use sudo.
 */
const DOCKERFILE = String.raw`
RUN for user in operator plain stranger; do useradd -m -N -s /bin/bash -p '*' "$user" || exit 1; done \
 && echo 'operator ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/operator \
 && echo 'plain ALL=(ALL) ALL' > /etc/sudoers.d/plain \
 && chmod 0440 /etc/sudoers.d/* \
 && mkdir -p /run/sshd \
 && rm -f /etc/ssh/ssh_host_*
`

/** Builds the image for the tests' sshd from the lab's base image if it does not exist. Returns its tag. */
export async function ensureSshdImage(progress: Progress): Promise<string> {
  const { docker } = await ensureEngine(progress)
  const dockerfile = `FROM ${await ensureBaseImage(progress)}\n${DOCKERFILE}`
  const tag = tagOf({ name: 'sshd', ingredients: [], files: { Dockerfile: dockerfile } })
  if (await hasImage(docker, tag)) return tag
  const folder = await mkdtemp(join(tmpdir(), 'planewright-sshd-image-'))
  try {
    await writeFile(join(folder, 'Dockerfile'), dockerfile)
    await progress.step('building the image with sshd', () => buildImage(docker, tag, folder, {}))
  } finally {
    await rm(folder, { recursive: true })
  }
  return tag
}
