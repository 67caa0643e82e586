import { unlistedLine } from '../engine/cluster/unlisted.ts'
import type { ClusterUnlisted } from './cluster-unlisted.ts'
import { failureVerdict } from './failure-verdict.ts'
import type { ClusterReport, Report } from './schema.ts'
import { passed, skipped, type Suite, type Verdict } from './verdict.ts'

/** Digits of a sha256 that people compare. The suite has the whole sha256 as a property. */
const shown = 12

function verdictOf(verb: Report['verb'], { unlisted, unknown }: ClusterUnlisted): Verdict {
  if (unlisted.length === 0) return unknown === undefined ? passed : skipped(`unknown: ${unknown}`)
  const message = `the inventory lacks ${unlisted.map(({ name }) => name).join(', ')}`
  // `apply` goes on without them, or failed the hosts of their cluster (--strict): its exit code does not
  // count them.
  if (verb !== 'verify') return skipped(message)
  const details = [message, ...unlisted.map(unlistedLine)].join('\n')
  return { status: 'failed', type: 'unlisted', message, details }
}

/** The verdict about the configuration from which kubeadm makes manifests. */
function verdictOfStored(verb: Report['verb'], cluster: ClusterReport | undefined): Verdict {
  if (cluster === undefined) return skipped('not checked')
  const { status, changes, error } = cluster
  const differences = changes.flatMap((change) => change.differences)
  switch (status) {
    case 'ok':
    case 'changed':
      return passed
    case 'pending':
      // If a cluster waits for control planes that are not part of the run, the run has not failed.
      if (verb === 'apply' || cluster.waitsFor.length > 0) return skipped(cluster.warnings.join('; '))
      return {
        status: 'failed',
        type: 'pending',
        message: differences.join('; '),
        details: changes.map(({ name, diff }) => `${name}\n${diff}`).join('\n'),
      }
    case 'failed':
      return error === null ? skipped('unknown') : failureVerdict('error', error)
    case 'unknown':
      return skipped(`unknown: ${error?.what ?? ''}`)
    case 'skipped':
      return skipped(error?.what ?? 'not begun')
  }
}

/** The cases of a cluster as a whole. */
export function clusterSuite(
  verb: Report['verb'],
  cluster: ClusterUnlisted,
  report: ClusterReport | undefined,
): Suite {
  return {
    name: `cluster ${cluster.cluster.slice(0, shown)}`,
    hostname: 'localhost',
    properties: { cluster: cluster.cluster },
    cases: [
      { name: 'control planes in the inventory', verdict: verdictOf(verb, cluster) },
      { name: 'kubeadm configuration', verdict: verdictOfStored(verb, report) },
    ],
    notes: cluster.unlisted.map(unlistedLine),
    warnings: report?.warnings ?? [],
  }
}
