/** One member of an etcd cluster, as another one lists it. */
export interface EtcdMember {
  /** Empty for one that was added and has not started yet. */
  readonly name: string
  readonly clientURLs: readonly string[]
  readonly peerURLs: readonly string[]
  /** A learner does not vote. */
  readonly isLearner: boolean
}

/** A member, and why it does not serve; undefined where it does. */
export interface MemberHealth {
  readonly member: EtcdMember
  readonly trouble: string | undefined
}

/**
 * Why a control plane must not be touched now: its etcd member may fall with it, and the others have to have a quorum
 * then. A cluster that is whole may always be touched: of one or two members none can be spared, ever.
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
