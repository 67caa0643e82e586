// `npm run check`: types, lint, format, the import graph and the unit tests, all at the same time. Arguments name the
// checks to run; without arguments all of them run.
import { spawn } from 'node:child_process'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const bin = path.join(root, 'node_modules', '.bin')

const checks: Readonly<Record<string, readonly string[]>> = {
  types: ['tsc', '-p', 'tsconfig.json'],
  lint: ['eslint', '--cache', '--cache-location', 'node_modules/.cache/eslint/', '--max-warnings=0', '.'],
  format: ['prettier', '--check', '--cache', '--log-level=warn', '.'],
  graph: ['depcruise', '--config', '.dependency-cruiser.js', '--output-type=err', 'src', 'tasks'],
  unit: ['vitest', 'run', '--project', 'unit', '--reporter=dot'],
}

interface Outcome {
  readonly name: string
  readonly code: number
}

function run(name: string, command: readonly string[]): Promise<Outcome> {
  const [program = '', ...args] = command
  const start = performance.now()
  const child = spawn(path.join(bin, program), args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk))
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(6)} ${seconds} s`)
      if (code !== 0) console.log(Buffer.concat(output).toString('utf8').trim())
      resolve({ name, code: code ?? 1 })
    })
  })
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(checks, name))
if (unknown.length > 0) {
  console.error(`there is no check ${unknown.join(', ')}: there are ${Object.keys(checks).join(', ')}`)
  process.exit(64)
}
const chosen = Object.entries(checks).filter(([name]) => asked.length === 0 || asked.includes(name))
const outcomes = await Promise.all(chosen.map(([name, command]) => run(name, command)))
process.exitCode = outcomes.some((outcome) => outcome.code !== 0) ? 1 : 0
