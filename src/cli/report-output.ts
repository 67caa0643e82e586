import { auditTasks, proveAudit } from '../../tasks/index.ts'
import { PlanewrightError, renderJunit, renderPrometheus, type Report, type Requirements } from '../index.ts'
import type { OutputForm, RunOptions } from './options.ts'
import { checkOutputFile, reportFile, writeOutputFile } from './output-file.ts'

const requirements: Requirements = {
  tasks: auditTasks.map(({ name }) => name),
  proof: proveAudit.name,
}

const renderers: Readonly<Record<Exclude<OutputForm, 'text'>, (report: Report) => string>> = {
  json: (report) => `${JSON.stringify(report, null, 2)}\n`,
  junit: (report) => renderJunit(report, requirements),
  prometheus: (report) => renderPrometheus(report, requirements),
}

/** The report for programs: its form and its file. */
export class ReportOutput {
  readonly #form: OutputForm
  readonly #file: string | undefined

  constructor({ output, outputFile }: Pick<RunOptions, 'output' | 'outputFile'>) {
    this.#form = output
    this.#file = outputFile
  }

  /**
   * Checks, before any host is asked, that the report can be written to its file.
   *
   * @throws PlanewrightError `usage`
   */
  check(): void {
    if (this.#file === undefined) return
    if (this.#form === 'text') {
      throw new PlanewrightError('usage', '--output-file needs a report, but --output is text', {
        why: '--output text prints no report; it prints to stderr for people.',
        remedy: 'Add the form of the report: --output json, junit or prometheus.',
      })
    }
    checkOutputFile(this.#file, reportFile)
  }

  /**
   * Writes the report to its file, or to stdout if no file was named.
   *
   * @throws PlanewrightError `usage` if the file cannot be written.
   */
  write(report: Report): void {
    if (this.#file === undefined && this.#form !== 'text') process.stdout.write(renderers[this.#form](report))
    this.writeFile(report)
  }

  /**
   * Writes the report to its file, if one was named.
   *
   * @throws PlanewrightError `usage` if the file cannot be written.
   */
  writeFile(report: Report): void {
    if (this.#file !== undefined && this.#form !== 'text')
      writeOutputFile(this.#file, reportFile, renderers[this.#form](report))
  }
}
