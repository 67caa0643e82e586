import { copyFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { PlanewrightError } from '../../../src/error.ts'
import { cacheDirectory, keepInCache, withScratchDirectory } from '../cache.ts'
import { exists } from '../exists.ts'
import { withLock } from '../lock.ts'
import { isOnPath } from '../packages.ts'
import type { Progress } from '../progress.ts'
import { runProgram } from '../run-program.ts'
import { hashRecipe, type Recipe } from './recipe.ts'

/** A program made of Go modules of the module proxy, and of one Go file that names them. */
export interface GoProgram {
  readonly recipe: Recipe
  /** What a person reads while it is built. */
  readonly title: string
  readonly mainFile: string
  /** What is built: `.`, or the package of a program that `mainFile` only names, with the build tag `tools`. */
  readonly target: string
  /** The go.mod to begin with; `go mod tidy` completes it. Asked for only when the program has to be built. */
  readonly moduleFile: () => Promise<string>
  /** For `-ldflags -X`: the value of each variable by its full name. Asked for like `moduleFile`. */
  readonly variables: () => Promise<Readonly<Record<string, string>>>
  readonly architecture: string
}

const GO_REMEDY =
  'Install the Go release that the message names (or allow GOTOOLCHAIN=auto), and see that the module proxy ' +
  'of `go env GOPROXY` can be reached.'

/**
 * The path of the built program in the cache folder: built once, statically, with the environment's own Go
 * settings (GOFLAGS, GOPROXY, GOCACHE).
 *
 * @throws PlanewrightError `host` when Go is missing, too old, or the build fails
 */
export async function ensureGoProgram(program: GoProgram, progress: Progress): Promise<string> {
  const key = `${program.recipe.name}-${hashRecipe(program.recipe)}-${program.architecture}`
  const cached = path.join(cacheDirectory(), 'bin', key)
  if (await exists(cached)) return cached
  const wait = (): void => {
    progress.note(`waiting for another run that builds ${program.title}`)
  }
  await withLock(path.join(cacheDirectory(), 'locks', key), wait, async () => {
    if (await exists(cached)) return
    requireGo(program.title)
    await progress.step(`building ${program.title} from its Go modules, once`, () => build(program, cached))
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

async function build(program: GoProgram, cached: string): Promise<void> {
  await withScratchDirectory(async (directory) => {
    await copyFile(program.mainFile, path.join(directory, 'main.go'))
    await writeFile(path.join(directory, 'go.mod'), await program.moduleFile())
    const variables = Object.entries(await program.variables()).map(([name, value]) => `-X ${name}=${value}`)
    const env = { CGO_ENABLED: '0', GOOS: 'linux', GOARCH: program.architecture }
    const go = (args: string[]): Promise<string> => runProgram('go', args, GO_REMEDY, { cwd: directory, env })
    await go(['mod', 'tidy'])
    await go([
      'build',
      '-trimpath',
      '-ldflags',
      ['-s', '-w', ...variables].join(' '),
      '-o',
      'program',
      program.target,
    ])
    await keepInCache(path.join(directory, 'program'), cached)
  })
}
