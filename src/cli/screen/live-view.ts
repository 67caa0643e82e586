import { Listr, ListrLogger, ProcessOutput, type ListrDefaultRendererLogLevels } from 'listr2'
import { stepNames, stepText, waitText, type Listener, type RunEvent, type Style } from '../../index.ts'
import { TerminalRenderer, type Row } from './terminal-renderer.ts'
import type { View } from './view.ts'

/** A row that stays until the drawing ends. Calls that come before listr2 has begun to draw wait for it. */
function keepRow(ended: Promise<unknown>) {
  let row: Row | undefined
  const waiting: ((row: Row) => void)[] = []
  return {
    tell: (news: (row: Row) => void) => {
      if (row === undefined) waiting.push(news)
      else news(row)
    },
    run: async (_context: unknown, started: Row) => {
      row = started
      for (const news of waiting) news(started)
      await ended
    },
  }
}

function isUnderWay(event: RunEvent): event is Extract<RunEvent, { type: 'step-started' | 'step-waits' }> {
  return event.type === 'step-started' || event.type === 'step-waits'
}

function hostRow(host: string, ended: Promise<unknown>, style: Style) {
  const { tell, run } = keepRow(ended)
  let failed = false
  const listener: Listener = (event) => {
    tell((row) => {
      row.title = isUnderWay(event) ? `${host}  ${stepNames[event.step]}` : host
      if (event.type === 'step-waits') row.output = waitText(event, style)
      if (event.type === 'step-ended') row.output = stepText(event, style)
    })
    if (event.type === 'step-ended' && event.error !== undefined) failed = true
  }
  const task = async (context: unknown, row: Row) => {
    await run(context, row)
    // The error makes its mark at the end a cross; the reason is already printed below the row.
    if (failed) throw new Error(host)
  }
  // Each printed line stays, below the row.
  return {
    listener,
    shown: { title: host, rendererOptions: { outputBar: Infinity, persistentOutput: true }, task },
  }
}

/** The notes, below all rows: a terminal that is too small for everything shows the bottom. */
function noteRow(ended: Promise<unknown>) {
  const { tell, run } = keepRow(ended)
  const note = (text: string) => {
    tell((row) => {
      row.output = text
    })
  }
  return { note, shown: { rendererOptions: { bottomBar: Infinity, persistentOutput: true }, task: run } }
}

/**
 * A row for each host with its present step; the steps that ended are below it. Rows are redrawn in place.
 *
 * listr2 would end the process on Ctrl-C, so it gets no signals here. While it draws, other output to its
 * terminal waits until the end.
 */
export function liveView(hosts: readonly string[], terminal: NodeJS.WriteStream, style: Style): View {
  const ended = Promise.withResolvers<undefined>()
  const rows = new Map(hosts.map((host) => [host, hostRow(host, ended.promise, style)]))
  const notes = noteRow(ended.promise)
  const processOutput = new ProcessOutput(terminal, terminal)
  const list = new Listr([...[...rows.values()].map(({ shown }) => shown), notes.shown], {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: TerminalRenderer,
    rendererOptions: {
      showErrorMessage: false,
      logger: new ListrLogger<ListrDefaultRendererLogLevels>({ useIcons: true, processOutput }),
    },
  })
  const drawing = list.run()
  return {
    listener: (event) => rows.get(event.host)?.listener(event),
    note: notes.note,
    close: async () => {
      ended.resolve(undefined)
      await drawing
    },
    // What was drawn stays, and the cursor, which listr2 hides, is shown again.
    abandon: () => {
      processOutput.release()
    },
  }
}
