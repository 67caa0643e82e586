import type { ClusterOutcome } from '../engine/values/cluster-outcome.ts'
import { textDiff } from './diff.ts'
import { formatError } from './error-text.ts'
import { diffLines, type DiffMode } from './plan-text.ts'
import type { Style } from './style.ts'
import { visibleLine } from './visible.ts'

/** Digits of a cluster's id that differ between the clusters of one run. */
const shownDigits = 12

/** A cluster's title: people recognize it by its hosts. */
export function clusterTitle({ cluster, hosts }: Pick<ClusterOutcome, 'cluster' | 'hosts'>): string {
  return `cluster ${cluster.slice(0, shownDigits)} (${hosts.join(', ')})`
}

/** `-` means not set, `?` means unknown. */
function valueText(value: string | null | undefined): string {
  return value === undefined ? '?' : (value ?? '-')
}

/**
 * A table with a row for each setting and a column for each host; empty if the control planes do not differ.
 */
function differingText({ differing, hosts }: ClusterOutcome): readonly string[] {
  if (differing.length === 0) return []
  const head = ['', ...hosts]
  const rows = [
    head,
    ...differing.map(({ setting, values }) => [setting, ...hosts.map((host) => valueText(values[host]))]),
  ]
  const widths = head.map((_, column) =>
    Math.max(...rows.map((row) => visibleLine(row[column] ?? '').length)),
  )
  const lines = rows.map((row) =>
    row.map((cell, column) => visibleLine(cell).padEnd(widths[column] ?? 0)).join('  '),
  )
  return ['  its control planes differ from each other:', ...lines.map((line) => `      ${line.trimEnd()}`)]
}

/** The changes and warnings of each cluster as a whole; empty if there are none. */
export function clusterPlanText(clusters: readonly ClusterOutcome[], mode: DiffMode, style: Style): string {
  const lines = clusters.flatMap((cluster) => {
    const { changes, warnings, differing } = cluster
    if (changes.length + warnings.length + differing.length === 0) return []
    return [
      style.bold(visibleLine(clusterTitle(cluster))),
      ...warnings.map((warning) => `  ${style.change('!')} ${visibleLine(warning)}`),
      ...differingText(cluster),
      ...changes.flatMap((change) => [
        `  ${style.change('~')} ConfigMap ${visibleLine(change.name)}  ${style.dim(`[${visibleLine(change.task)}]`)}`,
        ...change.differences.map((difference) => `      ${visibleLine(difference)}`),
        ...diffLines(textDiff(change.name, change.before, change.after), mode, style),
      ]),
    ]
  })
  return lines.join('\n')
}

/**
 * How each cluster's own tasks ended, a line each, with the reason for a failure; empty if there were none.
 */
export function clusterRecapText(clusters: readonly ClusterOutcome[], style: Style): string {
  if (clusters.length === 0) return ''
  const colours = {
    ok: style.good,
    pending: style.change,
    changed: style.change,
    failed: style.bad,
    unknown: style.change,
    skipped: style.change,
  }
  const lines = clusters.flatMap((cluster) => [
    `${colours[cluster.status](visibleLine(clusterTitle(cluster)))} : ${cluster.status}`,
    ...(cluster.status === 'pending' || cluster.status === 'changed' ? cluster.warnings : []).map(
      (warning) => `  ${style.change('!')} ${visibleLine(warning)}`,
    ),
    ...(cluster.error === undefined ? [] : [formatError(cluster.error, style)]),
  ])
  return ['CLUSTERS', ...lines].join('\n')
}
