import { execa } from 'execa'
import path from 'node:path'
import { Report } from '../../src/report/schema.ts'

const root = path.dirname(path.dirname(import.meta.dirname))

/** Starts the command in a third of the time, from its second start on: the tests start it a hundred times. */
const compileCache = path.join(root, 'node_modules', '.cache', 'planewright-tests')

/** What a run of the command came to. */
export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

interface CommandOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** The command with its arguments, as a user has it from a checkout. */
export function commandLine(args: readonly string[]): readonly string[] {
  return [process.execPath, path.join(root, 'src', 'cli', 'main.ts'), ...args]
}

/** Starts the command as a user would from a checkout, without a terminal: a process that can be killed. */
export function startPlanewright(args: readonly string[], options: CommandOptions = {}) {
  const [program = '', ...rest] = commandLine(args)
  return execa(program, rest, {
    cwd: options.cwd ?? root,
    env: { NODE_COMPILE_CACHE: compileCache, ...options.env },
    reject: false,
    stdin: 'ignore',
    all: true,
    // A test that sends SIGTERM means just that, and no SIGKILL after 5 s.
    forceKillAfterDelay: false,
  })
}

/** Runs the command to its end. */
export async function runPlanewright(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { exitCode = -1, stdout, stderr } = await startPlanewright(args, options)
  return { exitCode, stdout, stderr }
}

/** The same with `--output json`; the report is checked against the exported schema. */
export async function runReport(
  args: readonly string[],
): Promise<CommandResult & { readonly report: Report }> {
  const result = await runPlanewright([...args, '--output', 'json'])
  return { ...result, report: Report.parse(JSON.parse(result.stdout)) }
}
