import type { PlanewrightError } from '../../error.ts'
import type { HostStatus } from './outcome.ts'

/** What a host goes through; a run shows each as a line with its time. */
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

/** What a run tells while it is under way. A listener only listens: taking it away changes nothing. */
export type RunEvent =
  | { readonly type: 'step-started'; readonly host: string; readonly step: Step }
  | {
      /** A step waits for what may pass by itself. */
      readonly type: 'step-waits'
      readonly host: string
      readonly step: Step
      /** For what, a line each. */
      readonly why: string
      /** Milliseconds: how long at most. */
      readonly limit: number
    }
  | {
      readonly type: 'step-ended'
      readonly host: string
      readonly step: Step
      readonly milliseconds: number
      /** In words, for example how many changes there are. */
      readonly detail: string
      /** Why it failed; undefined where it did not. */
      readonly error: PlanewrightError | undefined
    }
  | {
      /** A roll has brought a host to its end. */
      readonly type: 'host-ended'
      readonly host: string
      readonly status: HostStatus
    }

export type Listener = (event: RunEvent) => void

/**
 * The same listener, and nothing that it does comes back: where it throws, or gives a promise that rejects, the run
 * goes on.
 */
export function shielded<Event>(listener: (event: Event) => unknown): (event: Event) => void {
  return (event) => {
    try {
      const result = listener(event)
      if (result instanceof Promise) result.catch(() => undefined)
    } catch {
      // A run does not fail because somebody cannot show it.
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
