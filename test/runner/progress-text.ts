import type { TestModule } from 'vitest/node'
import { formatSeconds } from '../lab/progress.ts'
import { counted } from './summary.ts'

/** A file that is being run; `began` in milliseconds from the start of the run. */
export interface RunningFile {
  readonly project: string
  readonly path: string
  readonly began: number
}

/** The end of a line that lists the files that run now. It is empty if none runs. */
export function statusText(running: readonly RunningFile[], now: number): string {
  if (running.length === 0) return ''
  const names = running.map(({ path, began }) => `${path} (${formatSeconds(now - began)})`)
  return `; running: ${names.join(', ')}`
}

/** The line for a file that has ended, and one more for each failed test with the first line of its error. */
export function moduleText(module: TestModule, milliseconds: number): string {
  const tests = [...module.children.allTests()]
  const failed = tests.filter((test) => test.result().state === 'failed')
  const skipped = tests.filter((test) => test.result().state === 'skipped')
  const counts = [
    counted(tests.length, 'test'),
    ...(failed.length > 0 ? [`${failed.length} failed`] : []),
    ...(skipped.length > 0 ? [`${skipped.length} skipped`] : []),
    formatSeconds(milliseconds),
  ]
  const reasons = [
    ...failed.map((test) => ({ name: test.fullName, errors: test.result().errors ?? [] })),
    // Errors of files that cannot be loaded, and of hooks.
    ...[module, ...module.children.allSuites()].map((place) => ({
      name: place.type === 'module' ? 'the file' : place.fullName,
      errors: place.errors(),
    })),
  ].filter(({ errors }) => errors.length > 0)
  const lines = reasons.map(({ name, errors }) => `\n    ✖ ${name}: ${firstLine(errors[0]?.message ?? '')}`)
  const sign = module.ok() ? '✔' : '✖'
  return `${sign} ${module.project.name}  ${module.relativeModuleId} (${counts.join(', ')})${lines.join('')}`
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
