import { readdir } from 'node:fs/promises'
import type Dockerode from 'dockerode'
import { PlanewrightError } from '../../../src/error.ts'

/** Whether the engine has an image with this tag. */
export async function hasImage(docker: Dockerode, tag: string): Promise<boolean> {
  try {
    await docker.getImage(tag).inspect()
    return true
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false
    throw error
  }
}

/** Pulls an image if the engine does not have it. Returns false if the pull fails for any reason. */
export async function obtainImage(docker: Dockerode, name: string): Promise<boolean> {
  if (await hasImage(docker, name)) return true
  try {
    await followBuild(docker, await docker.pull(name))
    return true
  } catch {
    return false
  }
}

/**
 * Builds an image from the Dockerfile in a folder.
 *
 * @throws PlanewrightError `host` with the last lines of the failed build
 */
export async function buildImage(
  docker: Dockerode,
  tag: string,
  directory: string,
  buildargs: Record<string, string>,
): Promise<void> {
  const src = await readdir(directory)
  const output = await docker.buildImage({ context: directory, src }, { t: tag, buildargs, forcerm: true })
  await followBuild(docker, output).catch((error: unknown) => {
    throw new PlanewrightError('host', `the image ${tag} could not be built`, {
      why: error instanceof Error ? error.message : String(error),
      remedy: 'Run it again; what was built before the failing step is kept.',
      cause: error,
    })
  })
}

async function followBuild(docker: Dockerode, output: NodeJS.ReadableStream): Promise<void> {
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(
      output,
      (error) => {
        if (error === null) resolve()
        else reject(new Error([...said.slice(-15), error.message].join('\n'), { cause: error }))
      },
      (event: { stream?: string }) => {
        if (event.stream?.trim()) said.push(event.stream.trimEnd())
      },
    )
  })
}
