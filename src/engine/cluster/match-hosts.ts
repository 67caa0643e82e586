import { mapLimited } from '../values/map-limited.ts'
import { isNodeOf, type NamedHost } from './unlisted.ts'

/**
 * What a host says about itself: every name and address that its cluster may know it by, and the cluster's
 * id.
 */
export interface IdentifiedHost extends NamedHost {
  /** sha256 of its CA certificate; undefined if it has none. */
  readonly cluster: string | undefined
}

/** A host of the inventory that may be a node of a cluster, as far as the inventory shows. */
export interface PossibleNode extends NamedHost {
  /** Asks the host itself; throws if it does not answer. */
  readonly identify: () => Promise<IdentifiedHost>
}

/** A possible node after it was asked. */
export interface Answer<Host extends PossibleNode> {
  readonly possible: Host
  /** Undefined if it could not be asked. */
  readonly identified: IdentifiedHost | undefined
  /** Why it could not be asked; undefined if it was. */
  readonly failure: unknown
}

/** Which hosts are which nodes, as far as it is known. */
export interface HostMatches<Sought extends NamedHost, Host extends PossibleNode> {
  /** Possible nodes that are one of the sought nodes. */
  readonly matched: readonly Answer<Host>[]
  /** Sought nodes that no possible node is known to be. */
  readonly unmatched: readonly Sought[]
  /** Possible nodes that could not be asked, and that may be one of the unmatched. */
  readonly unanswered: readonly Answer<Host>[]
}

async function ask<Host extends PossibleNode>(possible: Host): Promise<Answer<Host>> {
  try {
    return { possible, identified: await possible.identify(), failure: undefined }
  } catch (failure) {
    return { possible, identified: undefined, failure }
  }
}

/** What is known about a host now: only what the inventory says, if it could not be asked. */
export function namesOf({ possible, identified }: Answer<PossibleNode>): NamedHost {
  return identified ?? possible
}

/**
 * Finds the hosts of the inventory that are sought nodes of a cluster: nodes that none of its surveyed hosts
 * is. Hosts whose name or address matches are asked first. All others are asked only if a node is still not
 * found, as their names and addresses may differ inside the cluster. A host with another CA belongs to
 * another cluster, whatever its name is.
 *
 * @param cluster the id of the cluster; undefined if it has none, and any host may belong to it
 * @param forks how many hosts are asked at once
 */
export async function matchHosts<Sought extends NamedHost, Host extends PossibleNode>(
  sought: readonly Sought[],
  possibleNodes: readonly Host[],
  cluster: string | undefined,
  forks: number,
): Promise<HostMatches<Sought, Host>> {
  const isOurs = ({ identified }: Answer<Host>) =>
    cluster === undefined || identified?.cluster === undefined || identified.cluster === cluster
  const without = (answers: readonly Answer<Host>[]) =>
    sought.filter((one) => !answers.some((answer) => isNodeOf(one, namesOf(answer))))
  const isTold = (host: NamedHost) => sought.some((one) => isNodeOf(one, host))

  const told = (await mapLimited(possibleNodes.filter(isTold), forks, ask)).filter(isOurs)
  const left = without(told)
  if (left.length === 0) return { matched: told, unmatched: [], unanswered: [] }
  const rest = possibleNodes.filter((possible) => !isTold(possible))
  const others = (await mapLimited(rest, forks, ask)).filter(isOurs)
  const found = others.filter((answer) => left.some((one) => isNodeOf(one, namesOf(answer))))
  const matched = [...told, ...found]
  const unmatched = without(matched)
  const unanswered = unmatched.length === 0 ? [] : others.filter(({ identified }) => identified === undefined)
  return { matched, unmatched, unanswered }
}
