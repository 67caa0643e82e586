import { DefaultRenderer, type ListrTaskWrapper, type SimpleRenderer } from 'listr2'

/**
 * listr2's drawing on any stream. By itself, listr2 looks whether stdout is a terminal, and if not, it writes
 * a log to stdout, where a report for programs goes.
 */
export class TerminalRenderer extends DefaultRenderer {
  static override readonly nonTTY = true
}

/** The object with which a task of listr2 reports on itself. */
export type Row = ListrTaskWrapper<unknown, typeof TerminalRenderer, typeof SimpleRenderer>
