import { execa, type Options } from 'execa'
import { createInterface } from 'node:readline'
import { PlanewrightError } from '../../src/error.ts'

/**
 * Runs a program on this machine and returns its stdout.
 *
 * @param hear gets each line of its stderr as soon as the program writes it
 * @throws PlanewrightError `host` with the last lines of its stderr, if the program fails or does not exist
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  remedy: string,
  options: Pick<Options, 'cwd' | 'env'> = {},
  hear: (line: string) => void = () => undefined,
): Promise<string> {
  const running = execa(program, args, { ...options, reject: false, stdin: 'ignore', encoding: 'utf8' })
  createInterface({ input: running.stderr }).on('line', hear)
  const result = await running
  if (result.failed) {
    const output = typeof result.stderr === 'string' ? result.stderr.trim() : ''
    throw new PlanewrightError('host', `${program} ${args.slice(0, 3).join(' ')} failed`, {
      why: output === '' ? (result.shortMessage ?? '') : output.split('\n').slice(-15).join('\n'),
      remedy,
    })
  }
  return typeof result.stdout === 'string' ? result.stdout : ''
}
