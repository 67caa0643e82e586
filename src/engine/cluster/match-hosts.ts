import { mapLimited } from '../values/map-limited.ts'
import { isNodeOf, type NamedHost } from './unlisted.ts'

/** What a host tells of itself: every word by which its cluster may know it, and the cluster's id. */
export interface IdentifiedHost extends NamedHost {
  /** sha256 of its CA certificate; undefined where it has none. */
  readonly cluster: string | undefined
}

/** A host of the inventory that may be one that a cluster knows, as far as the inventory tells. */
export interface PossibleNode extends NamedHost {
  /** Asks the host itself; throws where it cannot be asked. */
  readonly identify: () => Promise<IdentifiedHost>
}

/** A possible after it was asked. */
export interface Answer<Host extends PossibleNode> {
  readonly possible: Host
  /** Undefined where it could not be asked. */
  readonly identified: IdentifiedHost | undefined
  /** Why it could not be asked; undefined where it was. */
  readonly failure: unknown
}

/** Who is who, as far as that can be told. */
export interface HostMatches<Sought extends NamedHost, Host extends PossibleNode> {
  /** Candidates that are one of those that were sought. */
  readonly matched: readonly Answer<Host>[]
  /** Those that were sought, and no possible is known to be. */
  readonly unmatched: readonly Sought[]
  /** Candidates that could not be asked, and may be one of the unmatched. */
  readonly unanswered: readonly Answer<Host>[]
}

async function ask<Host extends PossibleNode>(possible: Host): Promise<Answer<Host>> {
  try {
    return { possible, identified: await possible.identify(), failure: undefined }
  } catch (failure) {
    return { possible, identified: undefined, failure }
  }
}

/** What is known of a host now: by the inventory alone where it could not be asked. */
export function namesOf({ possible, identified }: Answer<PossibleNode>): NamedHost {
  return identified ?? possible
}

/**
 * Finds out which hosts of the inventory are those that a cluster knows, and no host that it has surveyed is. Hosts
 * whose name or address says so are asked first, all others only where somebody is still sought: their names and
 * addresses may be others inside. A host with another CA is of another cluster, whatever it is called.
 *
 * @param cluster the id of the cluster; undefined where it has none, and any host may be of it
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
