import { execa } from 'execa'
import path from 'node:path'
import { Report } from '../../src/report/schema.ts'

export const root = path.dirname(path.dirname(import.meta.dirname))

/** Names the bundled command of a test run (command-setup.ts). Without it, the sources are run. */
export const COMMAND_VARIABLE = 'PLANEWRIGHT_TEST_COMMAND'

/** The result of a run of the command. */
export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

interface CommandOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** The command line that runs planewright with these arguments. */
export function commandLine(args: readonly string[]): readonly string[] {
  const command = process.env[COMMAND_VARIABLE] ?? path.join(root, 'src', 'cli', 'main.ts')
  return [process.execPath, command, ...args]
}

/** From its second start on, the bundled command starts faster. */
function compileCache(): Readonly<Record<string, string>> {
  const command = process.env[COMMAND_VARIABLE]
  return command === undefined
    ? {}
    : { NODE_COMPILE_CACHE: path.join(path.dirname(command), '.compile-cache') }
}

/** Starts the command without a terminal, as a process that a test can kill. */
export function startPlanewright(args: readonly string[], options: CommandOptions = {}) {
  const [program = '', ...rest] = commandLine(args)
  return execa(program, rest, {
    cwd: options.cwd ?? root,
    env: { ...compileCache(), ...options.env },
    reject: false,
    stdin: 'ignore',
    all: true,
    // Without this, execa sends SIGKILL 5 s after a test has sent SIGTERM.
    forceKillAfterDelay: false,
  })
}

/** Runs the command and waits until it ends. */
export async function runPlanewright(
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { exitCode = -1, stdout, stderr } = await startPlanewright(args, options)
  return { exitCode, stdout, stderr }
}

/** Runs the command with `--output json`, and checks the report against the exported schema. */
export async function runReport(
  args: readonly string[],
): Promise<CommandResult & { readonly report: Report }> {
  const result = await runPlanewright([...args, '--output', 'json'])
  return { ...result, report: Report.parse(JSON.parse(result.stdout)) }
}
