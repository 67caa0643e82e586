import { parseCLI } from 'vitest/node'
import { PlanewrightError } from '../../src/error.ts'
import { essentialProjects, onlyProjects } from './projects.ts'
import { readSlice } from './slices.ts'

/** Whether these arguments for vitest select tests: by a project, or by file names. */
function areChosen(args: readonly string[]): boolean {
  const { filter, options } = parseCLI(['vitest', 'run', ...args], { allowUnknownOptions: true })
  return filter.length > 0 || options.project !== undefined
}

/** The arguments that `npm test` gives to vitest: the essential projects, unless the user's arguments select tests. */
export function essentialArguments(args: readonly string[]): readonly string[] {
  return areChosen(args) ? args : [...onlyProjects(essentialProjects), ...args]
}

/**
 * The arguments that `npm run test:all` gives to vitest: all tests, or the slice that `--slice k/n` names.
 *
 * @throws PlanewrightError `usage` if `--slice` does not name a slice
 */
export function sliceArguments(args: readonly string[]): readonly string[] {
  const at = args.findIndex((arg) => arg === '--slice' || arg.startsWith('--slice='))
  const option = args[at]
  if (option === undefined) return args
  const isApart = option === '--slice'
  const value = isApart ? (args[at + 1] ?? '') : option.slice('--slice='.length)
  if (readSlice(value) === undefined) {
    throw new PlanewrightError('usage', `there is no slice '${value}'`, {
      remedy: 'Give the number of the slice and how many there are, as in `--slice 2/5`.',
    })
  }
  return [...args.slice(0, at), `--shard=${value}`, ...args.slice(at + (isApart ? 2 : 1))]
}
