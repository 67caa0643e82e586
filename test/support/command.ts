import { execa } from 'execa'
import path from 'node:path'
import { Report } from '../../src/report/schema.ts'

export const root = path.dirname(path.dirname(import.meta.dirname))

/** Names the bundled command of a test run (command-setup.ts). Without it, the sources are run. */
export const COMMAND_VARIABLE = 'PLANEWRIGHT_TEST_COMMAND'

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

/** The command with its arguments. */
export function commandLine(args: readonly string[]): readonly string[] {
  const command = process.env[COMMAND_VARIABLE] ?? path.join(root, 'src', 'cli', 'main.ts')
  return [process.execPath, command, ...args]
}

/** The bundle's second start takes less time than its first with it. */
function compileCache(): Readonly<Record<string, string>> {
  const command = process.env[COMMAND_VARIABLE]
  return command === undefined
    ? {}
    : { NODE_COMPILE_CACHE: path.join(path.dirname(command), '.compile-cache') }
}

/** Starts the command without a terminal: a process that can be killed. */
export function startPlanewright(args: readonly string[], options: CommandOptions = {}) {
  const [program = '', ...rest] = commandLine(args)
  return execa(program, rest, {
    cwd: options.cwd ?? root,
    env: { ...compileCache(), ...options.env },
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
