import { execa, type Options } from 'execa'
import { PlanewrightError } from '../../src/error.ts'

/**
 * Runs a program of this machine and returns its stdout.
 *
 * @throws PlanewrightError `host` with the program's last words when it fails or is not there
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  remedy: string,
  options: Pick<Options, 'cwd' | 'env'> = {},
): Promise<string> {
  const result = await execa(program, args, { ...options, reject: false, stdin: 'ignore', encoding: 'utf8' })
  if (result.failed) {
    const output = typeof result.stderr === 'string' ? result.stderr.trim() : ''
    throw new PlanewrightError('host', `${program} ${args.slice(0, 3).join(' ')} failed`, {
      why: output === '' ? (result.shortMessage ?? '') : output.split('\n').slice(-15).join('\n'),
      remedy,
    })
  }
  return typeof result.stdout === 'string' ? result.stdout : ''
}
