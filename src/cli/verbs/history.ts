import { auditing } from '../../../tasks/index.ts'
import { history, makeHistory, toPlanewrightError, type History } from '../../index.ts'
import type { RunOptions } from '../options.ts'
import { readInventory } from '../read-inventory.ts'
import { Screen } from '../screen/screen.ts'

async function readAndShow(options: RunOptions, screen: Screen): Promise<History> {
  try {
    const inventory = await readInventory(options)
    const { hosts: named = [], limit, forks } = options
    const { hosts, report } = await history({ inventory, hosts: named, limit, forks, ...auditing })
    for (const { host, transactions, error } of hosts) {
      if (error === undefined) screen.showHistory(host, transactions)
      else screen.showError(error)
    }
    return report
  } catch (thrown) {
    const error = toPlanewrightError(thrown)
    screen.showError(error)
    return makeHistory([], error)
  }
}

/** Prints the transactions that hosts keep. Returns the exit code. */
export async function runHistory(options: RunOptions): Promise<number> {
  const report = await readAndShow(options, new Screen(options))
  if (options.output === 'json') process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
  return report.exitCode
}
