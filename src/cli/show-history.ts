import { history } from '../engine/rollback/history.ts'
import { toPlanewrightError } from '../error.ts'
import { makeHistory, type History } from '../report/history-report.ts'
import { open } from './open.ts'
import type { RunOptions } from './options.ts'
import { Screen } from './screen.ts'

async function readAndShow(options: RunOptions, screen: Screen): Promise<History> {
  try {
    await using session = await open(options, () => undefined, new AbortController().signal)
    const hosts = await history(session)
    for (const { host, transactions, error } of hosts) {
      if (error === undefined) screen.showHistory(host, transactions)
      else screen.showError(error)
    }
    return makeHistory(hosts)
  } catch (thrown) {
    const error = toPlanewrightError(thrown)
    screen.showError(error)
    return makeHistory([], error)
  }
}

/** Prints the transactions that hosts keep; writes nothing. Gives the exit code. */
export async function showHistory(options: RunOptions): Promise<number> {
  const report = await readAndShow(options, new Screen(options))
  if (options.output === 'json') process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  return report.exitCode
}
