import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { HostOutcome } from '../engine/outcome.ts'
import { PlanewrightError } from '../error.ts'

/** Where the hosts that are left are written unless said otherwise, in the folder that the command runs in. */
export const defaultRetryFile = '.planewright-retry'

/** The hosts on which an apply did not come to its end. */
export function hostsLeft(outcomes: readonly HostOutcome[]): readonly string[] {
  return outcomes
    .filter(({ status }) => status === 'failed' || status === 'unreachable' || status === 'skipped')
    .map(({ host }) => host)
}

/**
 * Writes the hosts that are left, a line each, as `-l @file` takes them.
 *
 * @throws PlanewrightError `usage` where the file cannot be written.
 */
export async function writeRetryFile(file: string, hosts: readonly string[]): Promise<void> {
  try {
    await writeFile(path.resolve(file), `${hosts.join('\n')}\n`)
  } catch (error) {
    throw new PlanewrightError('usage', `the hosts that are left cannot be written to ${file}`, {
      why: error instanceof Error ? error.message : String(error),
      remedy: `They are: ${hosts.join(' ')}. Another place: --retry-file PATH.`,
    })
  }
}
