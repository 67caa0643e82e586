import { copyFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PlanewrightError } from '../../../src/error.ts'
import { cacheDirectory, keepInCache, withScratchDirectory } from '../cache.ts'
import { exists } from '../exists.ts'
import { withLock } from '../lock.ts'
import { isOnPath } from '../packages.ts'
import type { Progress, Tell } from '../progress.ts'
import { runProgram } from '../run-program.ts'
import { hashRecipe, type Recipe } from './recipe.ts'

/** A program that is built from Go modules of the module proxy and from one Go file that imports them. */
export interface GoProgram {
  readonly recipe: Recipe
  /** The name that a person reads while the program is built. */
  readonly title: string
  readonly mainFile: string
  /** The package to build: `.`, or a program's package that `mainFile` only names (with the build tag `tools`). */
  readonly target: string
  /** The first go.mod, which `go mod tidy` completes. Called only if the program must be built. */
  readonly moduleFile: () => Promise<string>
  /** The variables for `-ldflags -X`, by their full names. Called only if the program must be built. */
  readonly variables: () => Promise<Readonly<Record<string, string>>>
  readonly architecture: string
}

const GO_REMEDY =
  'Install the Go release that the message names (or allow GOTOOLCHAIN=auto), and see that the module proxy ' +
  'of `go env GOPROXY` can be reached.'

function keyOf({ recipe, architecture }: GoProgram): string {
  return `${recipe.name}-${hashRecipe(recipe)}-${architecture}`
}

function cachedFile(program: GoProgram): string {
  return path.join(cacheDirectory(), 'bin', keyOf(program))
}

/** Whether the program is already in the cache, so that {@link ensureGoProgram} has nothing to do. */
export function isBuilt(program: GoProgram): Promise<boolean> {
  return exists(cachedFile(program))
}

/**
 * Builds a program statically if it is not in the cache folder, and returns its path there. The environment's own Go
 * settings apply (GOFLAGS, GOPROXY, GOCACHE).
 *
 * @throws PlanewrightError `host` if Go is missing or too old, or if the build fails
 */
export async function ensureGoProgram(program: GoProgram, progress: Progress): Promise<string> {
  const key = keyOf(program)
  const cached = cachedFile(program)
  if (await exists(cached)) return cached
  const wait = (): void => {
    progress.note(`waiting for another run that builds ${program.title}`)
  }
  await withLock(path.join(cacheDirectory(), 'locks', key), wait, async () => {
    if (await exists(cached)) return
    requireGo(program.title)
    await progress.step(`building ${program.title} from its Go modules, once`, (tell) =>
      build(program, cached, tell),
    )
  })
  return cached
}

function requireGo(title: string): void {
  if (isOnPath('go')) return
  throw new PlanewrightError('host', `${title} cannot be built`, {
    why: 'there is no `go` on the path, and no image of it could be pulled',
    remedy: 'Install Go, or give the container engine access to a registry.',
  })
}

async function build(program: GoProgram, cached: string, tell: Tell): Promise<void> {
  await withScratchDirectory(async (directory) => {
    await copyFile(program.mainFile, path.join(directory, 'main.go'))
    tell('fetching its modules')
    await writeFile(path.join(directory, 'go.mod'), await program.moduleFile())
    const variables = Object.entries(await program.variables()).map(([name, value]) => `-X ${name}=${value}`)
    const env = { CGO_ENABLED: '0', GOOS: 'linux', GOARCH: program.architecture }
    const go = (args: string[], hear?: (line: string) => void): Promise<string> =>
      runProgram('go', args, GO_REMEDY, { cwd: directory, env }, hear)
    await go(['mod', 'tidy'])
    const packages = (await go(['list', '-deps', program.target])).trim().split('\n').length
    let compiled = 0
    // `go build -v` prints each package that it compiles, without those from Go's cache. Other lines contain spaces.
    const hear = (line: string): void => {
      if (line.includes(' ')) return
      compiled += 1
      tell(`${compiled} of at most ${packages} packages compiled`)
    }
    const flags = ['-v', '-trimpath', '-ldflags', ['-s', '-w', ...variables].join(' ')]
    await go(['build', ...flags, '-o', 'program', program.target], hear)
    await keepInCache(path.join(directory, 'program'), cached)
  })
}
