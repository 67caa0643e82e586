import { PlanewrightError } from '../../src/error.ts'
import type { HostOutcome } from '../../src/engine/values/outcome.ts'
import { interruptedOutcome } from '../../src/engine/values/interrupted.ts'
import { makeReport, type ReportInput } from '../../src/report/make-report.ts'
import type { Requirements } from '../../src/report/requirements.ts'
import type { Report } from '../../src/report/schema.ts'
import { auditTasks, proveAudit } from '../../tasks/index.ts'
import {
  cluster,
  clusterChange,
  directoryChange,
  fileChange,
  outcome,
  proof,
  restartChange,
} from './fixtures.ts'

/** The requirements of the command's own tasks. */
export const requirements: Requirements = {
  tasks: auditTasks.map(({ name }) => name),
  proof: proveAudit.name,
}

/** A run of 2.5 s that began at 2026-11-23T19:06:32Z. */
export function reportOf(
  verb: Report['verb'],
  outcomes: readonly HostOutcome[],
  more: Partial<ReportInput> = {},
): Report {
  const started = new Date('2026-11-23T19:06:32Z')
  return makeReport({
    ...{ verb, started, milliseconds: 2500, outcomes, error: undefined, interrupted: false },
    ...more,
  })
}

export const unlisted = {
  cluster: 'c'.repeat(64),
  name: 'cp9',
  addresses: ['192.0.2.9'],
  knownBy: ['node', 'etcd'],
} as const

/** Text with everything that is special in XML, in labels or on a terminal, and with broken Unicode. */
export const hostileText =
  'a"b\'c\\d\\n<e>&amp;]]>\n\ttail\r\u0000\u001b[2J\u0085\u2028\ufeff\ufffe\ud800é😀\udc00'

const changes = [directoryChange, fileChange('a\n', 'b\n'), restartChange]
const down = new PlanewrightError('unreachable', 'cp3 does not answer', { where: { host: 'cp3' } })
const crashed = new PlanewrightError('restart', 'the new kube-apiserver does not stay up', {
  where: { host: 'cp1' },
  why: 'unknown flag',
})
const noEvent = new PlanewrightError('proof', 'no event was found', {
  ...{ where: { host: 'cp1' }, reasonCode: 'no-event' },
})
const noKubeconfig = new PlanewrightError('proof', 'there is no admin.conf', {
  ...{ where: { host: 'cp1' }, reasonCode: 'no-kubeconfig' },
})
const badPolicy = new PlanewrightError('host', 'a directory is in its place', {
  where: { host: 'cp1', task: 'audit policy', path: '/etc/policy.yaml' },
})
const hostile = new PlanewrightError('host', hostileText, {
  where: { host: hostileText, path: hostileText },
  why: hostileText,
  remedy: hostileText,
})

/** A report for each way in which a run may end. */
export const reports = {
  'verify, all proven': reportOf('verify', [
    outcome('cp1', 'ok', [], { proof }),
    outcome('cp2', 'ok', [], { proof }),
  ]),
  'verify, drift': reportOf('verify', [
    outcome('cp1', 'pending', changes, { warnings: ['a rule is never reached'] }),
    outcome('cp2', 'ok', [], { proof }),
  ]),
  'verify, no event': reportOf('verify', [outcome('cp1', 'failed', [], { error: noEvent })]),
  'verify, no kubeconfig': reportOf('verify', [outcome('cp1', 'failed', [], { error: noKubeconfig })]),
  'verify, unreachable': reportOf('verify', [
    outcome('cp1', 'ok', [], { proof }),
    outcome('cp3', 'unreachable', [], { error: down, cluster: undefined }),
  ]),
  'verify, an unlisted control plane': reportOf('verify', [outcome('cp1', 'ok', [], { proof })], {
    unlisted: [unlisted],
  }),
  'verify, a silent cluster': reportOf('verify', [outcome('cp1', 'ok', [], { proof })], {
    failedLookups: [
      { hosts: ['cp1'], error: new PlanewrightError('host', 'etcd cannot be asked for its members') },
    ],
  }),
  'verify, stored settings due': reportOf('verify', [outcome('cp1', 'ok', [], { proof })], {
    clusters: [cluster('pending', { changes: [clusterChange] })],
  }),
  'verify, stored settings left alone': reportOf('verify', [outcome('cp1', 'ok', [], { proof })], {
    clusters: [cluster('ok', { warnings: ['the next kubeadm upgrade will lose audit settings'] })],
  }),
  'verify, stored settings unknown': reportOf('verify', [outcome('cp1', 'ok', [], { proof })], {
    clusters: [cluster('unknown', { error: new PlanewrightError('host', 'no kube-apiserver runs') })],
  }),
  'apply, stored settings refused': reportOf('apply', [outcome('cp1', 'changed', changes, { proof })], {
    clusters: [
      cluster('failed', {
        changes: [clusterChange],
        error: new PlanewrightError('precondition', 'it changed between the survey and the write'),
      }),
    ],
  }),
  'verify, without proofs': reportOf('verify', [outcome('cp1', 'ok')]),
  'verify, interrupted': reportOf(
    'verify',
    [outcome('cp1', 'ok', [], { proof }), interruptedOutcome({ host: 'cp2', address: '192.0.2.2' })],
    { interrupted: true },
  ),
  'verify, no plan': reportOf('verify', [outcome('cp1', 'failed', [], { error: badPolicy })]),
  'verify, not begun': reportOf('verify', [], {
    error: new PlanewrightError('inventory', 'hosts.yaml is no YAML', {
      where: { file: 'hosts.yaml', line: 3 },
    }),
  }),
  'plan, changes': reportOf('plan', [outcome('cp1', 'pending', changes), outcome('cp2', 'ok')]),
  'plan, a task fails': reportOf('plan', [outcome('cp1', 'failed', [], { error: badPolicy })]),
  'apply, changed': reportOf('apply', [outcome('cp1', 'changed', changes, { proof })]),
  'apply, undone': reportOf('apply', [
    outcome('cp1', 'failed', changes, { error: crashed, undone: true }),
    outcome('cp2', 'skipped', changes, {
      error: new PlanewrightError('interrupted', 'not begun, because cp1 failed'),
    }),
  ]),
  'apply, not undone': reportOf('apply', [outcome('cp1', 'failed', changes, { error: crashed })]),
  'apply, lost': reportOf('apply', [outcome('cp3', 'unreachable', changes, { error: down })]),
  'apply, an unlisted control plane': reportOf('apply', [outcome('cp1', 'changed', changes, { proof })], {
    unlisted: [unlisted],
  }),
  'apply, a secret': reportOf('apply', [
    outcome('cp1', 'failed', [fileChange('old', 'new', { sensitive: true })], { error: badPolicy }),
  ]),
  'apply, hostile words': reportOf(
    'apply',
    [
      outcome(
        hostileText,
        'failed',
        [fileChange('a\n', hostileText, { differences: [{ kind: 'not-running', component: hostileText }] })],
        {
          address: hostileText,
          error: hostile,
          warnings: [hostileText],
        },
      ),
    ],
    { unlisted: [{ ...unlisted, name: hostileText, addresses: [hostileText] }] },
  ),
} as const satisfies Readonly<Record<string, Report>>
