import { clusterUnlisted } from './cluster-unlisted.ts'
import { clusterSuite } from './cluster-suite.ts'
import { exitCodes } from '../exit-codes.ts'
import { failureVerdict } from './failure-verdict.ts'
import { hostSuite } from './host-suite.ts'
import type { Requirements } from './requirements.ts'
import type { Report } from './schema.ts'
import { isBad, passed, type Suite, type Verdict } from './verdict.ts'

function ended(type: string, message: string): Verdict {
  return { status: 'error', type, message, details: message }
}

/** A report whose exit code is not 0 has a bad case: if no other case is bad, it is the run itself. */
function verdictOfRun({ error, exitCode }: Report, others: readonly Suite[]): Verdict {
  if (error !== null) return failureVerdict('error', error)
  if (exitCode === exitCodes.interrupted) return ended('interrupted', 'the run was interrupted')
  const explained = exitCode === exitCodes.done || others.some(({ cases }) => cases.some(isBad))
  return explained ? passed : ended('failed', `the run ended with exit code ${exitCode}`)
}

/**
 * A report as suites of cases: the run itself, each host, each cluster. There is a bad case if and only if
 * the exit code is not 0. Names stay the same from run to run, so that services can keep a history of each.
 */
export function suitesOf(report: Report, requirements: Requirements): readonly Suite[] {
  const hosts = report.hosts.map((host) => hostSuite(host, requirements))
  const clusters = clusterUnlisted(report).map((cluster) =>
    clusterSuite(
      report.verb,
      cluster,
      report.clusters.find((one) => one.cluster === cluster.cluster),
    ),
  )
  const others = [...hosts, ...clusters]
  const run: Suite = {
    name: 'planewright',
    hostname: 'localhost',
    properties: {},
    cases: [{ name: 'run', verdict: verdictOfRun(report, others) }],
    notes: [],
    warnings: [],
  }
  return [run, ...others]
}
