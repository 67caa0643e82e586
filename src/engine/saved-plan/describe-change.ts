import type { Change, FileChange, FileState, RemovalChange, RestartChange } from '../../host/change.ts'
import type { Ownership } from '../../host/fact.ts'
import type { ClusterChange } from '../values/cluster-outcome.ts'
import type { ProofPlan } from '../values/host-plan.ts'
import { digestOf, type SecretDigests } from './digest.ts'
import type { SavedChange, SavedClusterChange, SavedProof } from './saved-plan.ts'

function ownership({ mode, owner, group }: Ownership) {
  return { mode: mode.toString(8).padStart(4, '0'), owner, group }
}

async function fileState(
  { path, sensitive }: FileChange | RemovalChange,
  state: FileState,
  digests: SecretDigests,
) {
  // With the hash of a secret, people can test guesses at it: such a test must be slow.
  const content = sensitive ? await digests.digest(path, state.sha256) : `sha256:${state.sha256}`
  return { ...ownership(state), content }
}

/** An address with its port, as in a URL. */
function hostAndPort({ address, port }: RestartChange['listens']): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`
}

/**
 * Describes the meaning of a change. It leaves out sentences, and what passes by itself: the process that has
 * to go, and whether the kubelet is at work on an earlier manifest.
 */
export async function describeChange(change: Change, digests: SecretDigests): Promise<SavedChange> {
  const { task, path } = change
  const known = { task, path }
  switch (change.kind) {
    case 'directory': {
      const before = change.before === null ? null : ownership(change.before)
      return { kind: 'directory', ...known, before, after: ownership(change.after) }
    }
    case 'file': {
      const { sensitive } = change
      const before = change.before === null ? null : await fileState(change, change.before, digests)
      const after = await fileState(change, change.after, digests)
      return { kind: 'file', ...known, sensitive, before, after }
    }
    case 'removal': {
      const { sensitive } = change
      return { kind: 'removal', ...known, sensitive, before: await fileState(change, change.before, digests) }
    }
    case 'restart': {
      const { component, kept, awaited = null } = change
      return {
        kind: 'restart',
        ...known,
        component,
        listens: hostAndPort(change.listens),
        flags: { ...change.flags },
        manifest: kept === undefined ? 'replaced' : 'kept',
        awaited,
      }
    }
  }
}

/**
 * Describes the meaning of a cluster's change. It leaves out the ConfigMap's version, which also counts edits
 * that leave the text as it was.
 */
export function describeClusterChange({
  kind,
  task,
  name,
  before,
  after,
}: ClusterChange): SavedClusterChange {
  return { kind, task, name, before: digestOf(before), after: digestOf(after) }
}

export function describeProof({ policy, policyFile, logFile, apiserver }: ProofPlan): SavedProof {
  return { policy: digestOf(policy), policyFile, logFile, apiserver: hostAndPort(apiserver) }
}
