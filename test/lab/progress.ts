/** Reports what a step does at the moment, such as `412 of 2134 packages compiled`. */
export type Tell = (detail: string) => void

/** Tells a person what runs and how long it took. It writes to stderr, because stdout is for results. */
export interface Progress {
  /**
   * Runs one step, and prints a line with its time when it ends. A step that takes longer than a few seconds also prints
   * lines while it runs.
   *
   * @throws whatever `run` throws, after the line of the failed step
   */
  step<T>(title: string, run: (tell: Tell) => Promise<T>): Promise<T>
  /** Prints one line that belongs to no step. */
  note(text: string): void
}

/** After this time the step prints a first line, so that a person knows what runs. */
const ANNOUNCE_AFTER_MS = 2_000

/** After that, the step prints a line this often, so that a person sees that it still runs. */
const REMIND_EVERY_MS = 30_000

/** A step that has not ended. */
interface RunningStep {
  readonly title: string
  readonly started: number
  detail: string
}

/** What a step does at the moment, without its time. */
function wordsOf({ title, detail }: RunningStep): string {
  return detail === '' ? `… ${title}` : `… ${title}: ${detail}`
}

function timeOf({ started }: RunningStep): string {
  return `(${formatSeconds(performance.now() - started)})`
}

/** Shows a step while it runs. Returns a function that ends the display. */
type Show = (step: RunningStep) => () => void

function steps(write: (line: string) => void, show: Show): Progress {
  return {
    async step(title, run) {
      const step: RunningStep = { title, started: performance.now(), detail: '' }
      const end = show(step)
      const ended = (sign: string): void => {
        end()
        write(`${sign} ${title} ${timeOf(step)}`)
      }
      try {
        const result = await run((detail) => {
          step.detail = detail
        })
        ended('✔')
        return result
      } catch (error) {
        ended('✖')
        throw error
      }
    },
    note: write,
  }
}

/** Gives `write` one whole line for each step. A long step has one more line each half minute. */
export function lineProgress(write: (line: string) => void): Progress {
  return steps(write, (step) => {
    let reminder: NodeJS.Timeout | undefined
    const announcement = setTimeout(() => {
      write(wordsOf(step))
      reminder = setInterval(() => {
        write(`${wordsOf(step)} ${timeOf(step)}`)
      }, REMIND_EVERY_MS)
    }, ANNOUNCE_AFTER_MS)
    return () => {
      clearTimeout(announcement)
      clearInterval(reminder)
    }
  })
}

/** {@link lineProgress} on this process's stderr. */
export function terminalProgress(): Progress {
  return lineProgress((line) => process.stderr.write(`${line}\n`))
}

const ERASE_LINE = '\r\u001b[2K'
const REDRAW_EVERY_MS = 1_000

/**
 * Progress for a terminal on which nothing else draws. Its last line says each second what runs. If `terminal` is no
 * terminal, this is {@link terminalProgress}.
 */
export function liveProgress(terminal: NodeJS.WriteStream): Progress {
  if (!terminal.isTTY) return terminalProgress()
  const running = new Set<RunningStep>()
  const draw = (): void => {
    const lines = [...running].map((step) => `${wordsOf(step)} ${timeOf(step)}`)
    // A line that wraps cannot be erased.
    terminal.write(`${ERASE_LINE}${lines.join('  ').slice(0, terminal.columns - 1)}`)
  }
  const write = (line: string): void => {
    terminal.write(`${ERASE_LINE}${line}\n`)
  }
  let timer: NodeJS.Timeout | undefined
  return steps(write, (step) => {
    running.add(step)
    timer ??= setInterval(draw, REDRAW_EVERY_MS)
    return () => {
      running.delete(step)
      if (running.size > 0) return
      clearInterval(timer)
      timer = undefined
    }
  })
}

/** Formats milliseconds for people: `0.8 s`, `42 s`, `6 min 37 s`. */
export function formatSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1_000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}
