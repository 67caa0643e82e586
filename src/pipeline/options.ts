import type { SessionOptions } from '../engine/session/session.ts'
import type { PipelineEvent } from './event.ts'

/** The options of all pipelines. */
export interface PipelineOptions extends SessionOptions {
  /**
   * Gets the events of the run; the default is no listener. A listener that throws, or that rejects, changes
   * nothing.
   */
  readonly listener?: (event: PipelineEvent) => void
}

/** Whether each changed host has to show an audit event of its own. */
export interface ProofOptions {
  /** The default is `proof`. */
  readonly proof?: 'proof' | 'no-proof' | undefined
}
