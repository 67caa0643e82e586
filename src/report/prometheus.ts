import { clusterUnlisted } from './cluster-unlisted.ts'
import { exitCodes } from '../exit-codes.ts'
import { expositionText, type Gauge, type Sample } from './exposition.ts'
import { tasksOf, wasPlanned, type Requirements } from './requirements.ts'
import { Report, type HostReport } from './schema.ts'

/** Every status that a host may have. */
const statuses = Report.shape.hosts.element.shape.status.options

/** Seconds since 1970. */
function unixSeconds(time: string, moreMilliseconds: number): number {
  return (Date.parse(time) + moreMilliseconds) / 1000
}

/** How the run as a whole went. These gauges always exist, so that an alert can rely on them. */
function runGauges(report: Report): readonly Gauge[] {
  const { verb, error, exitCode, started, milliseconds, hosts } = report
  const gauge = (name: string, help: string, value: number): Gauge => ({
    name: `planewright_run_${name}`,
    help,
    samples: [{ labels: { verb }, value }],
  })
  return [
    {
      name: 'planewright_run_info',
      help: 'The version of planewright.',
      samples: [{ labels: { verb, version: report.planewright }, value: 1 }],
    },
    gauge('success', 'Whether the run ended with exit code 0.', Number(exitCode === exitCodes.done)),
    gauge('exit_code', 'The exit code of the run.', exitCode),
    gauge(
      'error',
      'Whether an error ended the whole run, so that there are no metrics of hosts.',
      Number(error !== null),
    ),
    gauge('timestamp_seconds', 'When the run ended, as Unix time.', unixSeconds(started, milliseconds)),
    gauge('duration_seconds', 'The duration of the run.', milliseconds / 1000),
    gauge('hosts', 'The number of hosts in the run.', hosts.length),
  ]
}

/** A task's changes that are not known to stand; no sample for a host whose plan is unknown. */
function pendingChanges(host: HostReport, requirements: Requirements): readonly Sample[] {
  if (!wasPlanned(host)) return []
  const stands = host.status === 'changed'
  return tasksOf(host, requirements)
    .filter((task) => task !== requirements.proof)
    .map((task) => ({
      labels: { task },
      value: stands ? 0 : host.changes.filter((change) => change.task === task).length,
    }))
}

function proofSeconds({ proof }: HostReport): readonly Sample[] {
  const value = proof === null ? Number.NaN : unixSeconds(proof.requestReceivedTimestamp, 0)
  return Number.isNaN(value) ? [] : [{ labels: {}, value }]
}

function hostGauges({ verb, hosts }: Report, requirements: Requirements): readonly Gauge[] {
  const gauge = (name: string, help: string, samplesOf: (host: HostReport) => readonly Sample[]): Gauge => ({
    name: `planewright_host_${name}`,
    help,
    samples: hosts.flatMap((host) =>
      samplesOf(host).map(({ labels, value }) => ({ labels: { verb, host: host.host, ...labels }, value })),
    ),
  })
  const one = (value: number, labels = {}): readonly Sample[] => [{ labels, value }]
  const provable = verb !== 'plan'
  return [
    // A gauge of its own: if an address or a cluster is unknown once, the other gauges must keep their
    // series.
    gauge('info', "The address of the host, and the sha256 of its cluster's CA certificate.", (host) =>
      one(1, { address: host.address, cluster: host.cluster ?? '' }),
    ),
    gauge('status', 'The status of the host: 1 for the status that it has, 0 for the others.', ({ status }) =>
      statuses.map((name) => ({ labels: { status: name }, value: Number(name === status) })),
    ),
    gauge('pending_changes', 'Changes that are pending, or whose state is unknown.', (host) =>
      pendingChanges(host, requirements),
    ),
    gauge('proven', "Whether the run found an event of its own in the host's audit log.", ({ proof }) =>
      provable ? one(Number(proof !== null)) : [],
    ),
    gauge(
      'proof_timestamp_seconds',
      'When kube-apiserver received the request of the proof, as Unix time.',
      proofSeconds,
    ),
    gauge('undone', 'Whether the changes were undone.', ({ undone }) => one(Number(undone))),
    gauge('warnings', 'The number of warnings of the host.', ({ warnings }) => one(warnings.length)),
  ]
}

/** Every status that a cluster's own tasks may have. */
const clusterStatuses = Report.shape.clusters.element.shape.status.options

function clusterGauges(report: Report): readonly Gauge[] {
  const { verb } = report
  const clusters = clusterUnlisted(report)
  const known = clusters.filter(({ unlisted, unknown }) => unlisted.length > 0 || unknown === undefined)
  return [
    {
      name: 'planewright_cluster_unlisted_control_planes',
      help: 'The number of control planes that the cluster has and the inventory lacks.',
      samples: known.map(({ cluster, unlisted }) => ({
        labels: { verb, cluster },
        value: unlisted.length,
      })),
    },
    {
      name: 'planewright_cluster_asked',
      help: 'Whether the cluster could list all its control planes.',
      samples: clusters.map(({ cluster, unknown }) => ({
        labels: { verb, cluster },
        value: Number(unknown === undefined),
      })),
    },
    {
      name: 'planewright_cluster_status',
      help: "The status of the cluster's settings that kubeadm stores: 1 for the status that they have, 0 for the others.",
      samples: report.clusters.flatMap(({ cluster, status }) =>
        clusterStatuses.map((name) => ({
          labels: { verb, cluster, status: name },
          value: Number(name === status),
        })),
      ),
    },
    {
      name: 'planewright_cluster_warnings',
      help: 'The number of warnings of the cluster, for example that its next upgrade will lose settings.',
      samples: report.clusters.map(({ cluster, warnings }) => ({
        labels: { verb, cluster },
        value: warnings.length,
      })),
    },
  ]
}

/**
 * A report as metrics, for node_exporter's textfile collector. All of them have the label `verb`. Without it,
 * the files of two verbs on one machine would have the same series, and node_exporter would drop one. An
 * unknown is left out, and not 0. Pure.
 */
export function renderPrometheus(report: Report, requirements: Requirements): string {
  return expositionText([...runGauges(report), ...hostGauges(report, requirements), ...clusterGauges(report)])
}
