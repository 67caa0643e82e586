import { DefaultRenderer, type ListrTaskWrapper, type SimpleRenderer } from 'listr2'

/**
 * listr2's drawing, wherever it is told to draw: by itself it looks whether stdout is a terminal, and writes a log to
 * stdout where it is none, which is where a report for machines goes.
 */
export class TerminalRenderer extends DefaultRenderer {
  static override readonly nonTTY = true
}

/** What a task is given to tell of itself. */
export type Row = ListrTaskWrapper<unknown, typeof TerminalRenderer, typeof SimpleRenderer>
