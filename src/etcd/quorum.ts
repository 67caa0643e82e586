/** One member of an etcd cluster, as another member lists it. */
export interface EtcdMember {
  /** Empty for a member that was added and has not started yet. */
  readonly name: string
  readonly clientURLs: readonly string[]
  readonly peerURLs: readonly string[]
  /** A learner does not vote. */
  readonly isLearner: boolean
}

/** A member, and why it does not serve; undefined if it does. */
export interface MemberHealth {
  readonly member: EtcdMember
  readonly trouble: string | undefined
}

/**
 * Why a control plane must not change now: its etcd member may go down with it, and the others must still
 * have a quorum. If all members are healthy, a change is always allowed: a cluster of one or two members can
 * never lose one.
 */
export function quorumTrouble(members: readonly MemberHealth[]): string | undefined {
  const voting = members.filter(({ member }) => !member.isLearner)
  const ill = voting.filter(({ trouble }) => trouble !== undefined)
  const quorum = Math.floor(voting.length / 2) + 1
  const healthy = voting.length - ill.length
  if (voting.length === 0) return 'etcd lists no voting member'
  if (ill.length === 0 || healthy - 1 >= quorum) return undefined
  const named = ill.map(
    ({ member, trouble }) => `${member.name === '' ? 'a member' : member.name}: ${trouble ?? ''}`,
  )
  return `etcd has ${healthy} of ${voting.length} members, and needs ${quorum} after the loss of one more (${named.join('; ')})`
}
