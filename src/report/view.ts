import type { Listener } from '../engine/event.ts'

/** Shows a run while it is under way. It is told, and never asked: without it the run is the same. */
export interface View {
  readonly listener: Listener
  /** Ends the drawing; whatever is printed afterwards stands below it. */
  readonly close: () => Promise<void>
}
