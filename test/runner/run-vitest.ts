import { spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'

const root = path.join(import.meta.dirname, '..', '..')

/**
 * Runs vitest on the terminal, and keeps its result as JSON in `.results/<name>.json` for `.ci/count.mjs`. This process
 * ends with vitest's exit code.
 */
export function runVitest(name: string, args: readonly string[]): void {
  const result = path.join(root, '.results', `${name}.json`)
  mkdirSync(path.dirname(result), { recursive: true })
  rmSync(result, { force: true })
  const child = spawn(path.join(root, 'node_modules', '.bin', 'vitest'), ['run', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PLANEWRIGHT_TEST_RESULT: result },
  })
  // A terminal sends Ctrl-C to vitest as well. vitest cleans up, and this process waits for it.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}
