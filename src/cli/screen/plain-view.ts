import { stepText, waitText, type Listener, type RunEvent, type Style } from '../../index.ts'
import type { View } from './view.ts'

/** A line for each step that ended or that waits: for logs, and for terminals that cannot be drawn on. */
export function plainView(write: (text: string) => void, style: Style): View {
  const listener: Listener = (event: RunEvent) => {
    if (event.type === 'step-ended') write(`${event.host}  ${stepText(event, style)}\n`)
    if (event.type === 'step-waits') write(`${event.host}  ${waitText(event, style)}\n`)
  }
  return {
    listener,
    note: (text) => {
      write(`${text}\n`)
    },
    close: () => Promise.resolve(),
    abandon: () => undefined,
  }
}
