import type { Bench, Verdict } from './bench.ts'
import { bareNode, planewright } from './command.ts'
import { race, type Lap } from './race.ts'
import { median, pairedRatio } from './statistics.ts'

/** The target in milliseconds. On a slow machine, 1.5 times the time of bare Node is enough. */
const bound = 120
const boundRatio = 1.5

function judge(lap: Lap, bare: Lap): Verdict {
  const took = median(lap.milliseconds)
  const ratio = pairedRatio(lap.milliseconds, bare.milliseconds)
  return {
    text: `${lap.name} takes ${took.toFixed(0)} ms, ${ratio.toFixed(2)} times bare Node; allowed are ${bound} ms, or ${boundRatio} times bare Node`,
    isMet: took <= bound || ratio <= boundRatio,
  }
}

/** Measures how long a person waits before the command begins its work. */
export const startup: Bench = {
  name: 'startup',
  title: 'planewright --version and --help, beside Node that does nothing',
  run: async (context) => {
    const contenders = [
      { name: 'node -e 0', command: bareNode },
      { name: 'planewright --version', command: planewright('--version') },
      { name: 'planewright --help', command: planewright('--help') },
    ]
    const laps = await race(contenders, { ...context, rounds: 40 })
    const [bare, ...ours] = laps
    const verdicts = bare === undefined ? [] : ours.map((lap) => judge(lap, bare))
    return { laps, verdicts, versions: {} }
  },
}
