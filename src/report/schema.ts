import * as z from 'zod'
import { reasonCodes } from '../reason-code.ts'

const Ownership = {
  mode: z
    .string()
    .regex(/^[0-7]{4}$/)
    .describe('permission bits, octal'),
  owner: z.int().describe('numeric user id'),
  group: z.int().describe('numeric group id'),
}

const DirectoryState = z.object(Ownership)
const FileState = z.object({ ...Ownership, sha256: z.string().describe('of the content, hex') })

const changeBase = {
  task: z.string().describe('the task that asked for it'),
  path: z.string().describe('absolute path on the host'),
  differences: z.array(z.string()).min(1).describe('what differs, in words'),
  kinds: z.array(z.string()).min(1).describe('the kind of each difference, for programs'),
}

const Change = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('directory'),
    ...changeBase,
    before: DirectoryState.nullable().describe('null if it is new'),
    after: DirectoryState,
  }),
  z.object({
    kind: z.literal('file'),
    ...changeBase,
    before: FileState.nullable().describe('null if it is new'),
    after: FileState,
    diff: z.string().nullable().describe('unified, three lines of context; null for a secret'),
  }),
  z.object({
    kind: z.literal('removal').describe('a file that a rollback removes'),
    ...changeBase,
    before: FileState,
    diff: z.string().nullable().describe('unified, three lines of context; null for a secret'),
  }),
  z.object({
    kind: z.literal('restart'),
    ...changeBase,
    component: z.string(),
    flags: z.record(z.string(), z.string()).describe('flags that the new process has to have'),
  }),
])

const Proof = z.object({
  auditID: z.uuid(),
  requestReceivedTimestamp: z.string().describe('RFC 3339, microseconds, UTC'),
  stageTimestamp: z.string().nullable().describe('RFC 3339, microseconds, UTC; null in the legacy format'),
  stage: z.string(),
  level: z.string(),
  verb: z.string(),
  requestURI: z.string(),
  user: z.string(),
  status: z.int().describe('HTTP status of the answer'),
  logFile: z.string().describe('on the host'),
  rule: z.int().nonnegative().describe("index of the policy's rule that logs the request"),
})

/** An error as data. */
export const Failure = z.object({
  code: z.string().describe('kind of failure; see docs/json.md'),
  reasonCode: z
    .enum(reasonCodes)
    .nullable()
    .describe('what exactly failed, where code covers several failures'),
  what: z.string(),
  where: z.object({
    host: z.string().optional(),
    task: z.string().optional(),
    path: z.string().optional(),
    file: z.string().optional(),
    line: z.int().optional(),
    column: z.int().optional(),
  }),
  why: z.string().nullable(),
  remedy: z.string().nullable(),
})

const Cause = z.object({
  path: z.string().describe('absolute path on the host'),
  cause: z.enum([
    'never-applied',
    'new-control-plane',
    'regenerated',
    'flag-removed',
    'edited',
    'removed',
    'wanted-otherwise',
    'process-older',
  ]),
  words: z.string(),
  owner: z.int().nullable().describe('numeric user id of what is at the path now; null if nothing is'),
  group: z.int().nullable(),
  modified: z.iso.datetime().nullable().describe("of what is at the path now, by the host's clock"),
})

const Forecast = z.object({
  from: z.string().nullable().describe("of the apiserver's image; null where it has no such tag"),
  to: z.string(),
  flags: z.record(z.string(), z.array(z.string())).describe('by name without dashes: its values'),
  volumes: z.array(z.string()).describe('names, sorted'),
  lost: z.array(z.string()).describe('what the manifest has now and will lose, in words'),
  gained: z.array(z.string()).describe('what the manifest will gain, in words'),
  changed: z.array(z.string()).describe('defaults that change, in words'),
})

const HostReport = z.object({
  host: z.string(),
  address: z.string(),
  cluster: z
    .string()
    .nullable()
    .describe("sha256 of the cluster's CA certificate; null where it is not known"),
  status: z.enum(['ok', 'pending', 'changed', 'failed', 'unreachable', 'skipped']),
  changes: z.array(Change),
  causes: z.array(Cause).describe('why it differs, if that is known'),
  forecast: Forecast.nullable().describe('with plan --for-version: kube-apiserver after kubeadm upgrade'),
  proof: Proof.nullable(),
  warnings: z.array(z.string()),
  error: Failure.nullable(),
  undone: z.boolean().describe('whether the changes were undone'),
})

const Unlisted = z.object({
  cluster: z.string().describe("sha256 of the cluster's CA certificate"),
  name: z.string().describe('as the cluster calls it'),
  addresses: z.array(z.string()),
  knownBy: z.array(z.enum(['node', 'etcd'])).describe('what shows that it is a control plane'),
})

const ClusterReport = z.object({
  cluster: z.string().describe("sha256 of the cluster's CA certificate"),
  hosts: z.array(z.string()).describe('its hosts in this run'),
  status: z.enum(['ok', 'pending', 'changed', 'failed', 'unknown', 'skipped']),
  changes: z.array(
    z.object({
      kind: z.literal('stored-configuration').describe("kubeadm's ClusterConfiguration, in its ConfigMap"),
      task: z.string().describe('the task that asked for it'),
      name: z.string().describe('namespace/name'),
      differences: z.array(z.string()).min(1).describe('what differs, in words'),
      diff: z.string().describe('unified, three lines of context'),
    }),
  ),
  warnings: z.array(z.string()),
  waitsFor: z.array(z.string()).describe('its control planes that are not part of this run'),
  differing: z
    .array(
      z.object({
        setting: z.string().describe('kube-apiserver --flag, kube-apiserver version, or a path'),
        values: z.record(z.string(), z.string().nullable()).describe('by host; null where it is not set'),
      }),
    )
    .describe('how its control planes differed from each other before the run'),
  error: Failure.nullable(),
})

const FailedLookup = z.object({
  hosts: z.array(z.string()).describe('the hosts of the cluster'),
  error: Failure.describe('what could not be asked, and why'),
})

/** What `--output json` prints, for each verb, on success and on failure. The form is in docs/json.md. */
export const Report = z.object({
  planewright: z.string().describe('version'),
  verb: z.enum(['plan', 'apply', 'verify', 'prepare', 'rollback']),
  started: z.iso.datetime(),
  milliseconds: z.int().nonnegative(),
  exitCode: z.int(),
  hosts: z.array(HostReport),
  clusters: z.array(ClusterReport).describe('what concerns a whole cluster; empty for a rollback'),
  unlistedControlPlanes: z
    .array(Unlisted)
    .describe('control planes of these clusters that the inventory lacks; apply and verify look for them'),
  failedLookups: z
    .array(FailedLookup)
    .describe(
      'what could not be asked: unlisted control planes may be missing here, or may be in the inventory after all',
    ),
  error: Failure.nullable().describe('what ended the run before any host was touched'),
})

export type Report = z.output<typeof Report>
export type ChangeReport = z.output<typeof Change>
export type HostReport = z.output<typeof HostReport>
export type ClusterReport = z.output<typeof ClusterReport>
export type FailureReport = z.output<typeof Failure>
export type UnlistedReport = z.output<typeof Unlisted>
