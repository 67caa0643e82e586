import { execa } from 'execa'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { ensureGoProgram } from '../lab/images/go-program.ts'
import { isOnPath } from '../lab/packages.ts'
import { terminalProgress } from '../lab/progress.ts'

/** Prometheus' parser and lint, which promtool's `check metrics` uses, and the JUnit reader of Drone's CI. */
const modules = {
  'github.com/prometheus/client_golang': 'v1.24.0',
  'github.com/prometheus/common': 'v0.70.0',
  'github.com/joshdk/go-junit': 'v1.0.0',
}

const mainFile = path.join(import.meta.dirname, 'readers', 'main.go')

const Sample = z.object({ name: z.string(), labels: z.record(z.string(), z.string()), value: z.number() })

const Case = z.object({
  name: z.string(),
  classname: z.string(),
  status: z.enum(['passed', 'failed', 'error', 'skipped']),
  type: z.string(),
  message: z.string(),
  body: z.string(),
})

const Suite = z.object({
  name: z.string(),
  properties: z.record(z.string(), z.string()),
  out: z.string(),
  err: z.string(),
  cases: z.array(Case),
  totals: z.object({ tests: z.int(), failed: z.int(), error: z.int(), skipped: z.int() }),
})

const Answer = z.object({
  metrics: z.array(z.object({ errors: z.array(z.string()), samples: z.array(Sample) })),
  junit: z.array(z.object({ errors: z.array(z.string()), suites: z.array(Suite) })),
})

/** The texts to read: the files of one folder together, and each JUnit report. */
export interface Question {
  readonly metrics: readonly (readonly string[])[]
  readonly junit: readonly string[]
}

/** The reason why the readers cannot run here. Undefined if they can. */
export const noReaders =
  process.platform === 'linux' && isOnPath('go')
    ? undefined
    : 'Prometheus’ parser and a JUnit reader are built of Go modules, on Linux, and there is no Go here'

/** Gives the texts to the readers, and returns their answers in the same order. The readers are built once and cached. */
export async function read(question: Question): Promise<z.output<typeof Answer>> {
  const required = Object.entries(modules).map(([name, version]) => `require ${name} ${version}\n`)
  const program = await ensureGoProgram(
    {
      recipe: {
        name: 'report-readers',
        ingredients: required,
        files: { 'main.go': await readFile(mainFile, 'utf8') },
      },
      title: 'the readers of reports',
      mainFile,
      target: '.',
      moduleFile: () => Promise.resolve(`module planewright.test/readers\ngo 1.26.0\n${required.join('')}`),
      variables: () => Promise.resolve({}),
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    },
    terminalProgress(),
  )
  const { stdout } = await execa(program, { input: JSON.stringify(question) })
  return Answer.parse(JSON.parse(stdout))
}
