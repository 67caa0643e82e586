import type { SessionOptions } from '../engine/session/session.ts'
import type { PipelineEvent } from './event.ts'

/** What all pipelines take. */
export interface PipelineOptions extends SessionOptions {
  /** Hears what the run does; nobody unless said. A listener that throws, or that rejects, changes nothing. */
  readonly listener?: (event: PipelineEvent) => void
}

/** Whether each changed host has to show an audit event of its own. */
export interface ProofOptions {
  /** `proof` unless said. */
  readonly proof?: 'proof' | 'no-proof' | undefined
}
