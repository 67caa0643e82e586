import {
  Listr,
  ListrLogger,
  ProcessOutput,
  type DefaultRenderer,
  type ListrDefaultRendererLogLevels,
  type ListrTaskWrapper,
  type SimpleRenderer,
} from 'listr2'
import type { Listener } from '../engine/event.ts'
import { stepNames, stepText } from './step-text.ts'
import type { Style } from './style.ts'
import type { View } from './view.ts'

type Row = ListrTaskWrapper<unknown, typeof DefaultRenderer, typeof SimpleRenderer>

/**
 * A row a host that tells its present step, with the steps that ended below it; redrawn in place.
 *
 * listr2 draws on stdout by itself and would end the process on Ctrl-C: here it draws on the terminal that is
 * given, and signals are none of its business.
 */
export function liveView(hosts: readonly string[], terminal: NodeJS.WriteStream, style: Style): View {
  const rows = new Map<string, Row>()
  const history = new Map<string, string[]>()
  const failed = new Set<string>()
  const ended = Promise.withResolvers<undefined>()
  const tasks = hosts.map((host) => ({
    title: host,
    rendererOptions: { outputBar: Infinity, persistentOutput: true },
    task: async (_context: unknown, row: Row) => {
      rows.set(host, row)
      await ended.promise
      // So that its mark at the end is a cross; the reason stands below the row already.
      if (failed.has(host)) throw new Error(host)
    },
  }))
  const list = new Listr(tasks, {
    concurrent: true,
    exitOnError: false,
    registerSignalListeners: false,
    renderer: 'default',
    rendererOptions: {
      showErrorMessage: false,
      logger: new ListrLogger<ListrDefaultRendererLogLevels>({
        useIcons: true,
        processOutput: new ProcessOutput(terminal, terminal),
      }),
    },
  })
  const drawing = list.run()
  const listener: Listener = (event) => {
    const row = rows.get(event.host)
    if (row === undefined) return
    if (event.type === 'step-started') {
      row.title = `${event.host}  ${stepNames[event.step]}`
      return
    }
    const lines = [...(history.get(event.host) ?? []), stepText(event, style)]
    history.set(event.host, lines)
    if (event.error !== undefined) failed.add(event.host)
    row.title = event.host
    row.output = lines.join('\n')
  }
  return {
    listener,
    close: async () => {
      ended.resolve(undefined)
      await drawing
    },
  }
}
