// `npm run bench [-- NAME...]` builds planewright, runs the benches, keeps their results and compares them with the targets.
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { toPlanewrightError } from '../../src/error.ts'
import { formatError } from '../../src/report/error-text.ts'
import { plainStyle } from '../../src/report/style.ts'
import { terminalProgress } from '../lab/progress.ts'
import type { Bench, BenchContext } from './bench.ts'
import { noop } from './noop.ts'
import { keepResult, lastResult, makeResult } from './result.ts'
import { resultText } from './result-text.ts'
import { roll } from './roll.ts'
import { startup } from './startup.ts'

const benches: readonly Bench[] = [startup, noop, roll]
const root = path.join(import.meta.dirname, '..', '..')

function choose(names: readonly string[]): readonly Bench[] | undefined {
  const known = new Set(benches.map((bench) => bench.name))
  const unknown = names.filter((name) => !known.has(name))
  if (unknown.length === 0)
    return names.length === 0 ? benches : benches.filter(({ name }) => names.includes(name))
  console.error(`there is no bench ${unknown.join(', ')}; there are: ${[...known].join(', ')}`)
  return undefined
}

function build(): boolean {
  const script = path.join(root, '.ci', 'build.ts')
  return spawnSync(process.execPath, [script], { stdio: ['ignore', 2, 2] }).status === 0
}

/** Runs one bench and prints its result. True if every target is met. */
async function runBench(bench: Bench, context: BenchContext): Promise<boolean> {
  console.log(`\n${bench.name}: ${bench.title}\n`)
  const result = makeResult(bench, await bench.run(context))
  const before = await lastResult(bench)
  console.log(`\n${resultText(result, before)}`)
  console.log(`kept in ${await keepResult(result)}`)
  return result.verdicts.every((verdict) => verdict.isMet)
}

/** A terminal sends Ctrl-C also to the measured child, which ends. The bench then removes what it started. */
function listenForInterrupts(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      controller.abort(new Error('interrupted'))
    })
  }
  return controller.signal
}

async function main(): Promise<number> {
  const chosen = choose(process.argv.slice(2))
  if (chosen === undefined) return 64
  if (!build()) return 1
  const signal = listenForInterrupts()
  let isMet = true
  for (const bench of chosen) {
    try {
      isMet = (await runBench(bench, { progress: terminalProgress(), signal })) && isMet
    } catch (thrown) {
      if (signal.aborted) return 130
      console.error(formatError(toPlanewrightError(thrown), plainStyle))
      isMet = false
    }
  }
  return isMet ? 0 : 1
}

process.exitCode = await main()
