import type { Progress } from '../lab/progress.ts'
import type { Lap } from './race.ts'

/** A target of a bench, and whether the bench met it. */
export interface Verdict {
  /** A sentence with the target and the measured number. */
  readonly text: string
  readonly isMet: boolean
}

export interface Outcome {
  readonly laps: readonly Lap[]
  readonly verdicts: readonly Verdict[]
  /** Versions of other programs that the numbers depend on, by name. */
  readonly versions: Readonly<Record<string, string>>
}

/** What the runner gives to a bench. */
export interface BenchContext {
  readonly progress: Progress
  /** When it aborts, the bench cleans up and throws the signal's reason. */
  readonly signal: AbortSignal
}

export interface Bench {
  /** `npm run bench -- NAME`. */
  readonly name: string
  /** What is measured, as a sentence for people. */
  readonly title: string
  readonly run: (context: BenchContext) => Promise<Outcome>
}
