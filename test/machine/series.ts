import { toPlanewrightError } from '../../src/error.ts'
import { formatError } from '../../src/report/error-text.ts'
import { plainStyle } from '../../src/report/style.ts'
import type { Workshop } from './boot.ts'
import { cutPower, type CutResult } from './cut.ts'
import { momentOf } from './moment.ts'
import type { Times } from './times.ts'

/**
 * Cuts the power `count` times, each time on a machine with its own disk, and prints each result. If one fails, the
 * others still run. Returns true if all of them had no problems.
 */
export async function cutSeries(
  seed: number,
  count: number,
  times: Times,
  workshop: Workshop,
): Promise<boolean> {
  console.log(
    `${count} power cuts, seeds ${seed} to ${seed + count - 1}; \`-- cuts --seed N --cuts 1\` repeats one`,
  )
  let isWell = true
  for (let number = 0; number < count; number++) {
    const moment = momentOf(seed + number)
    try {
      const result = await cutPower(moment, times, workshop)
      console.log(resultText(result))
      isWell &&= result.problems.length === 0
    } catch (thrown) {
      console.log(`seed ${moment.seed}: FAILED in ${moment.phase}`)
      console.error(formatError(toPlanewrightError(thrown), plainStyle))
      isWell = false
    }
  }
  return isWell
}

/** One line for the result, and one for each problem. */
export function resultText(result: CutResult): string {
  const { moment, after, lastSeen, outcome, state, applied, seconds, problems } = result
  const planned = `${Math.round(moment.part * 100)}% into ${moment.phase}`
  return [
    `seed ${moment.seed}: cut ${planned}, ${after.toFixed(1)} s after the first byte, last seen ${lastSeen};`,
    `after the boot: host ${outcome}, transaction ${state === '' ? 'none' : state}, kube-apiserver ready;`,
    `apply ${applied === undefined ? 'still waiting' : `exit code ${applied}`}; took ${Math.round(seconds)} s;`,
    problems.length === 0 ? 'ok' : 'FAILED',
    ...problems.map((problem) => `\n  ${problem}`),
  ].join(' ')
}
