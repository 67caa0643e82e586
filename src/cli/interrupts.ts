import { exitCodes } from '../index.ts'
import type { Screen } from './screen/screen.ts'

/**
 * After one Ctrl-C, no further host is begun, and the host under way is finished. After two, the process ends
 * at once. SIGTERM counts as Ctrl-C.
 *
 * @param leave what is still to be done before the process ends; it cannot await anything
 */
export function listenForInterrupts(
  screen: Screen,
  leave: () => void,
): {
  readonly signal: AbortSignal
  readonly stop: () => void
} {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) {
      screen.abandon()
      leave()
      process.exit(exitCodes.interrupted)
    }
    controller.abort()
    screen.note(
      'interrupted: planewright finishes the host that it is changing, then stops; press Ctrl-C again to abort at once',
    )
  }
  // If the terminal goes away, the run must not end between a write and its proof: the host under way is
  // finished unseen.
  const hangUp = () => {
    controller.abort()
  }
  const ignore = () => undefined
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  process.on('SIGHUP', hangUp)
  process.stdout.on('error', ignore)
  process.stderr.on('error', ignore)
  return {
    signal: controller.signal,
    stop: () => {
      process.off('SIGINT', interrupt)
      process.off('SIGTERM', interrupt)
      process.off('SIGHUP', hangUp)
    },
  }
}
