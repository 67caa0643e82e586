/** Tells a person what is going on and how long it took. Everything goes to stderr, stdout is for answers. */
export interface Progress {
  /**
   * Runs one step. Its line appears when it ends, with the time it took; a step that takes longer than a few
   * seconds is announced as well.
   *
   * @throws whatever `run` throws, after the line of the failed step
   */
  step<T>(title: string, run: () => Promise<T>): Promise<T>
  /** One line that belongs to no step. */
  note(text: string): void
}

/** After this long a person wants to know what is being waited for. */
const ANNOUNCE_AFTER_MS = 2_000

/** Writes one line a step to `write`, which gets whole lines. */
export function lineProgress(write: (line: string) => void): Progress {
  return {
    async step(title, run) {
      const started = performance.now()
      const announcement = setTimeout(() => {
        write(`… ${title}`)
      }, ANNOUNCE_AFTER_MS)
      try {
        const result = await run()
        write(`✔ ${title} (${formatSeconds(performance.now() - started)})`)
        return result
      } catch (error) {
        write(`✖ ${title} (${formatSeconds(performance.now() - started)})`)
        throw error
      } finally {
        clearTimeout(announcement)
      }
    },
    note: write,
  }
}

/** {@link lineProgress} on this process's stderr. */
export function terminalProgress(): Progress {
  return lineProgress((line) => process.stderr.write(`${line}\n`))
}

/** Milliseconds as people say them: `0.8 s`, `42 s`, `6 min 37 s`. */
export function formatSeconds(milliseconds: number): string {
  const seconds = milliseconds / 1_000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 120) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}
