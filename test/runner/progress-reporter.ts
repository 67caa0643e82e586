import { DefaultReporter, type TestModule, type TestSpecification } from 'vitest/node'
import { formatSeconds } from '../lab/progress.ts'
import { moduleText, statusText, type RunningFile } from './progress-text.ts'
import { projectsText, slowestText, type EndedFile } from './summary.ts'

const LOOK_EVERY_MS = 1_000

/** After this long without a line, the reporter prints one that says which files still run. */
const SILENT_FOR_MS = 60_000

/**
 * Shows how far a run is. On a terminal, vitest draws its own window anew each second. Elsewhere the reporter prints a line
 * for each file that has ended, with the number of files so far. At the end, vitest shows the failures, and the reporter
 * lists the slowest files and the time of each project.
 */
export class ProgressReporter extends DefaultReporter {
  readonly #running = new Map<string, RunningFile>()
  readonly #ended: EndedFile[] = []
  readonly #tests = { passed: 0, failed: 0, skipped: 0 }
  #started = performance.now()
  #files = 0
  #timer: NodeJS.Timeout | undefined
  #lastLine = 0

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    super.onTestRunStart(specifications)
    this.#started = performance.now()
    this.#files = specifications.length
    if (this.isTTY) return
    this.#timer = setInterval(() => {
      if (this.#now() - this.#lastLine >= SILENT_FOR_MS) this.#say(this.#status())
    }, LOOK_EVERY_MS)
  }

  override onTestModuleQueued(module: TestModule): void {
    super.onTestModuleQueued(module)
    const { id, project, relativeModuleId } = module
    this.#running.set(id, { project: project.name, path: relativeModuleId, began: this.#now() })
  }

  override onTestModuleEnd(module: TestModule): void {
    const ended = this.#now()
    const { project, path, began } = this.#running.get(module.id) ?? {
      ...{ project: module.project.name, path: module.relativeModuleId, began: ended },
    }
    this.#running.delete(module.id)
    let tests = 0
    for (const test of module.children.allTests()) {
      const { state } = test.result()
      if (state !== 'pending') this.#tests[state] += 1
      tests += 1
    }
    this.#ended.push({ project, path, tests, began, ended })
    if (this.isTTY) super.onTestModuleEnd(module)
    else this.#say(`${this.#place()}  ${moduleText(module, ended - began)}`)
  }

  override onTestRunEnd(...args: Parameters<DefaultReporter['onTestRunEnd']>): void {
    clearInterval(this.#timer)
    super.onTestRunEnd(...args)
    if (this.#ended.length < 2) return
    this.log(`The slowest files:\n${slowestText(this.#ended)}\n`)
    this.log(`Time by project:\n${projectsText(this.#ended)}\n`)
  }

  /** Milliseconds since the start of the run. */
  #now(): number {
    return performance.now() - this.#started
  }

  /** How many files have ended, and how many there are: ` 7/170`. */
  #place(): string {
    const total = String(this.#files)
    return `${String(this.#ended.length).padStart(total.length)}/${total}`
  }

  #status(): string {
    const { passed, failed } = this.#tests
    const now = this.#now()
    const counts = `${this.#place()} files, ${passed} tests passed, ${failed} failed, ${formatSeconds(now)}`
    return `${counts}${statusText([...this.#running.values()], now)}`
  }

  #say(text: string): void {
    this.#lastLine = this.#now()
    this.log(text)
  }
}
