import * as z from 'zod'

/** Marks a file as a saved plan. */
export const planForm = 'planewright plan'

/** The version of the form that this planewright writes and reads. */
export const planFormVersion = 1

/** `sha256:` for what people may see, `scrypt:` for what may be a secret; then 64 hex digits. */
const Digest = z.string().regex(/^(sha256|scrypt):[0-9a-f]{64}$/)

/** Permission bits in octal, as for `chmod`, for example `0644`. */
const Mode = z.string().regex(/^[0-7]{4,5}$/)

const Ownership = z.strictObject({ mode: Mode, owner: z.int(), group: z.int() })

const FileState = z.strictObject({ ...Ownership.shape, content: Digest })

const change = { task: z.string(), path: z.string() }

const SavedDirectory = z.strictObject({
  kind: z.literal('directory'),
  ...change,
  before: Ownership.nullable(),
  after: Ownership,
})

const SavedFile = z.strictObject({
  kind: z.literal('file'),
  ...change,
  sensitive: z.boolean(),
  before: FileState.nullable(),
  after: FileState,
})

const SavedRemoval = z.strictObject({
  kind: z.literal('removal'),
  ...change,
  sensitive: z.boolean(),
  before: FileState,
})

const SavedRestart = z.strictObject({
  kind: z.literal('restart'),
  ...change,
  component: z.string(),
  listens: z.string(),
  flags: z.record(z.string(), z.string()),
  /** Whether the manifest stays as it is, because its pod only waits for a file. */
  manifest: z.enum(['kept', 'replaced']),
  /** The file that the pod waits for. */
  awaited: z.string().nullable(),
})

/** A change's meaning, with digests in place of contents. */
export const SavedChange = z.discriminatedUnion('kind', [
  SavedDirectory,
  SavedFile,
  SavedRemoval,
  SavedRestart,
])
export type SavedChange = z.output<typeof SavedChange>

export const SavedProof = z.strictObject({
  policy: Digest,
  policyFile: z.string(),
  logFile: z.string(),
  apiserver: z.string(),
})
export type SavedProof = z.output<typeof SavedProof>

export const SavedHost = z.strictObject({
  host: z.string(),
  address: z.string(),
  port: z.int(),
  /** By name: the variables that a task declares or a template names. */
  variables: z.record(z.string(), Digest),
  /** By the reference that names them: the file's text before it was rendered. */
  templates: z.record(z.string(), Digest),
  changes: z.array(SavedChange),
  proof: SavedProof.nullable(),
})
export type SavedHost = z.output<typeof SavedHost>

export const SavedClusterChange = z.strictObject({
  kind: z.literal('stored-configuration'),
  task: z.string(),
  name: z.string(),
  before: Digest,
  after: Digest,
})
export type SavedClusterChange = z.output<typeof SavedClusterChange>

export const SavedCluster = z.strictObject({
  /** sha256 of the CA certificate; null for hosts without one. */
  cluster: z.string().nullable(),
  /** The hosts in the order in which they are planned. */
  hosts: z.array(SavedHost),
  changes: z.array(SavedClusterChange),
  /** Control planes without which the cluster's own changes are not performed. */
  waitsFor: z.array(z.string()),
})
export type SavedCluster = z.output<typeof SavedCluster>

/** The request that made the plan. It has no values of variables, as they may be secrets. */
export const SavedRequest = z.strictObject({
  /** As given with `-i`; for people, and not compared. */
  inventory: z.array(z.string()),
  /** Patterns that name the hosts, and patterns as after `-l`. */
  hosts: z.array(z.string()),
  limit: z.array(z.string()),
  /** The names of the variables that `-e` set. */
  extraVariables: z.array(z.string()),
})
export type SavedRequest = z.output<typeof SavedRequest>

/**
 * A plan as a file holds it, for people to read and agree to. It holds no contents: `apply` plans again, and
 * performs the new plan only if it has the same meaning.
 */
export const SavedPlan = z.strictObject({
  form: z.literal(planForm),
  formVersion: z.literal(planFormVersion),
  /** The version of planewright that made the plan. */
  planewright: z.string(),
  made: z.strictObject({ at: z.iso.datetime(), by: z.string() }),
  asked: SavedRequest,
  /** The names of the tasks and of the cluster tasks, in their order. */
  tasks: z.array(z.string()),
  clusterTasks: z.array(z.string()),
  /** The salt of the `scrypt:` digests; base64. */
  salt: z.base64(),
  clusters: z.array(SavedCluster),
})
export type SavedPlan = z.output<typeof SavedPlan>
