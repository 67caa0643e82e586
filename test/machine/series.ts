import { toPlanewrightError } from '../../src/error.ts'
import { formatError } from '../../src/report/error-text.ts'
import { plainStyle } from '../../src/report/style.ts'
import type { Workshop } from './boot.ts'
import { cutPower, type CutResult } from './cut.ts'
import { momentOf } from './moment.ts'
import type { Times } from './times.ts'

/**
 * Cuts the power so many times, each time of a machine with a disk of its own, and prints what became of each; true where
 * all is well with all of them. One that fails stops no other.
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

/** One line, and one for each problem. */
export function resultText(result: CutResult): string {
  const { moment, after, lastSeen, outcome, state, applied, seconds, problems } = result
  const planned = `${Math.round(moment.part * 100)}% into ${moment.phase}`
  return [
    `seed ${moment.seed}: cut ${planned}, ${after.toFixed(1)} s after the first byte, last seen ${lastSeen};`,
    `after the boot ${outcome}, transaction ${state === '' ? 'none' : state}, serving;`,
    `apply ${applied === undefined ? 'still waited' : `ended with ${applied}`}; ${Math.round(seconds)} s;`,
    problems.length === 0 ? 'ok' : 'FAILED',
    ...problems.map((problem) => `\n  ${problem}`),
  ].join(' ')
}
