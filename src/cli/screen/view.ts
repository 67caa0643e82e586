import type { Listener } from '../../index.ts'

/**
 * Shows a run while it is under way. The run tells it, and never asks it: without a view, the run is the
 * same.
 */
export interface View {
  readonly listener: Listener
  /** Shows a line at once, whatever is being drawn. */
  readonly note: (text: string) => void
  /** Ends the drawing; later output goes below it. */
  readonly close: () => Promise<void>
  /** Leaves the terminal as it is, at once: for a process that is about to end. */
  readonly abandon: () => void
}
