import type { Progress } from '../lab/progress.ts'
import type { Lap } from './race.ts'

/** What a bench has to stay below, and what it came to. */
export interface Verdict {
  /** In words, with both numbers in it. */
  readonly text: string
  readonly isMet: boolean
}

export interface Outcome {
  readonly laps: readonly Lap[]
  readonly verdicts: readonly Verdict[]
  /** Versions of other programs that the numbers depend on, by name. */
  readonly versions: Readonly<Record<string, string>>
}

/** What a bench needs from whoever runs it. */
export interface BenchContext {
  readonly progress: Progress
  /** Ends the bench early: it throws the reason, after it has cleaned up. */
  readonly signal: AbortSignal
}

export interface Bench {
  /** `npm run bench -- NAME`. */
  readonly name: string
  /** What is measured, as a sentence for people. */
  readonly title: string
  readonly run: (context: BenchContext) => Promise<Outcome>
}
