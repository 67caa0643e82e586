import type { Listener } from '../../index.ts'

/** Shows a run while it is under way. It is told, and never asked: without it the run is the same. */
export interface View {
  readonly listener: Listener
  /** Shows a line of its own at once, whatever is being drawn. */
  readonly note: (text: string) => void
  /** Ends the drawing; whatever is printed afterwards stands below it. */
  readonly close: () => Promise<void>
  /** Gives the terminal back as it stands, at once: for a process that is about to end. */
  readonly abandon: () => void
}
