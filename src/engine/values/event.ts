import type { PlanewrightError } from '../../error.ts'
import type { HostStatus } from './outcome.ts'

/** One step of a host's run. A run shows each as a line with its time. */
export type Step =
  | 'survey'
  | 'recover'
  | 'gate'
  | 'kubelet'
  | 'stage'
  | 'write'
  | 'restart'
  | 'ready'
  | 'proof'
  | 'confirm'
  | 'check'
  | 'undo'
  | 'store'

/**
 * What a run tells its listener while it is under way. A listener only listens: a run without one does the
 * same.
 */
export type RunEvent =
  | { readonly type: 'step-started'; readonly host: string; readonly step: Step }
  | {
      /** A step waits for something that may pass by itself. */
      readonly type: 'step-waits'
      readonly host: string
      readonly step: Step
      /** What it waits for, a line each. */
      readonly why: string
      /** The longest wait, in milliseconds. */
      readonly limit: number
    }
  | {
      readonly type: 'step-ended'
      readonly host: string
      readonly step: Step
      readonly milliseconds: number
      /** In words, for example how many changes there are. */
      readonly detail: string
      /** Why it failed; undefined if it did not. */
      readonly error: PlanewrightError | undefined
    }
  | {
      /** A roll has ended for this host. */
      readonly type: 'host-ended'
      readonly host: string
      readonly status: HostStatus
    }

export type Listener = (event: RunEvent) => void

/**
 * Wraps a listener so that it cannot affect the run. If it throws, or returns a promise that rejects, the run
 * goes on.
 */
export function shielded<Event>(listener: (event: Event) => unknown): (event: Event) => void {
  return (event) => {
    try {
      const result = listener(event)
      if (result instanceof Promise) result.catch(() => undefined)
    } catch {
      // A run does not fail because it could not be shown.
    }
  }
}

/** Runs one step of a host and tells the listener of its start and its end. */
export async function announce<Result>(
  listener: Listener,
  host: string,
  step: Step,
  action: () => Promise<Result>,
  describe: (result: Result) => string,
  failure: (thrown: unknown) => PlanewrightError,
): Promise<Result> {
  const start = performance.now()
  listener({ type: 'step-started', host, step })
  const ended = (detail: string, error: PlanewrightError | undefined) => {
    const milliseconds = Math.round(performance.now() - start)
    listener({ type: 'step-ended', host, step, milliseconds, detail, error })
  }
  try {
    const result = await action()
    ended(describe(result), undefined)
    return result
  } catch (thrown) {
    const error = failure(thrown)
    ended('', error)
    throw error
  }
}
