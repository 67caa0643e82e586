import type { Lap } from './race.ts'
import type { Result } from './result.ts'
import { median, pairedRatio } from './statistics.ts'
import { formatTable } from './table.ts'

function milliseconds(value: number): string {
  return `${Math.round(value)} ms`
}

function megabytes(kilobytes: number | undefined): string {
  return kilobytes === undefined ? '-' : `${Math.round(kilobytes / 1024)} MB`
}

function change(now: number, before: number | undefined): string {
  if (before === undefined) return '-'
  const percent = Math.round((now / before - 1) * 100)
  return `${percent > 0 ? '+' : ''}${percent} %`
}

const heading = ['', 'median', 'min', 'max', 'ratio', 'processor', 'peak memory', 'all processes']

function row(lap: Lap, floor: Lap, before: Lap | undefined): readonly string[] {
  const middle = median(lap.milliseconds)
  return [
    lap.name,
    milliseconds(middle),
    milliseconds(Math.min(...lap.milliseconds)),
    milliseconds(Math.max(...lap.milliseconds)),
    pairedRatio(lap.milliseconds, floor.milliseconds).toFixed(2),
    lap.processorMilliseconds.length === 0 ? '-' : milliseconds(median(lap.processorMilliseconds)),
    megabytes(lap.peakKilobytes?.largest),
    megabytes(lap.peakKilobytes?.together),
    change(middle, before && median(before.milliseconds)),
  ]
}

/**
 * The result as a table, with the verdicts below. `ratio` compares with the bench's first contender in the same round. The
 * last column compares with the run before.
 */
export function resultText(result: Result, before: Result | undefined): string {
  const [floor] = result.laps
  if (floor === undefined) return ''
  const rows = result.laps.map((lap) =>
    row(
      lap,
      floor,
      before?.laps.find((one) => one.name === lap.name),
    ),
  )
  const last = before === undefined ? 'last run: none' : `since ${before.date.slice(0, 16).replace('T', ' ')}`
  const table = formatTable([[...heading, last], ...rows])
  const verdicts = result.verdicts.map(({ text, isMet }) => `${isMet ? '✔' : '✖'} ${text}`)
  return [table, '', ...verdicts].join('\n')
}
