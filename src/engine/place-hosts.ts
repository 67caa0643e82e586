import { mapLimited } from './map-limited.ts'
import { isNodeOf, type KnownHost } from './stranger.ts'

/** What a host tells of itself: every word by which its cluster may know it, and the cluster's id. */
export interface LearntHost extends KnownHost {
  /** sha256 of its CA certificate; undefined where it has none. */
  readonly cluster: string | undefined
}

/** A host of the inventory that may be one that a cluster knows, as far as the inventory tells. */
export interface Candidate extends KnownHost {
  /** Asks the host itself; throws where it cannot be asked. */
  readonly learn: () => Promise<LearntHost>
}

/** A candidate after it was asked. */
export interface Answer<Host extends Candidate> {
  readonly candidate: Host
  /** Undefined where it could not be asked. */
  readonly learnt: LearntHost | undefined
  /** Why it could not be asked; undefined where it was. */
  readonly failure: unknown
}

/** Who is who, as far as that can be told. */
export interface Placement<Sought extends KnownHost, Host extends Candidate> {
  /** Candidates that are one of those that were sought. */
  readonly placed: readonly Answer<Host>[]
  /** Those that were sought, and no candidate is known to be. */
  readonly strange: readonly Sought[]
  /** Candidates that could not be asked, and may be one of the strange. */
  readonly silent: readonly Answer<Host>[]
}

async function ask<Host extends Candidate>(candidate: Host): Promise<Answer<Host>> {
  try {
    return { candidate, learnt: await candidate.learn(), failure: undefined }
  } catch (failure) {
    return { candidate, learnt: undefined, failure }
  }
}

/** What is known of a host now: by the inventory alone where it could not be asked. */
export function knownOf({ candidate, learnt }: Answer<Candidate>): KnownHost {
  return learnt ?? candidate
}

/**
 * Finds out which hosts of the inventory are those that a cluster knows, and no host that it has surveyed is. Hosts
 * whose name or address says so are asked first, all others only where somebody is still sought: their names and
 * addresses may be others inside. A host with another CA is of another cluster, whatever it is called.
 *
 * @param cluster the id of the cluster; undefined where it has none, and any host may be of it
 * @param forks how many hosts are asked at once
 */
export async function placeHosts<Sought extends KnownHost, Host extends Candidate>(
  sought: readonly Sought[],
  candidates: readonly Host[],
  cluster: string | undefined,
  forks: number,
): Promise<Placement<Sought, Host>> {
  const isOurs = ({ learnt }: Answer<Host>) =>
    cluster === undefined || learnt?.cluster === undefined || learnt.cluster === cluster
  const without = (answers: readonly Answer<Host>[]) =>
    sought.filter((one) => !answers.some((answer) => isNodeOf(one, knownOf(answer))))
  const isTold = (host: KnownHost) => sought.some((one) => isNodeOf(one, host))

  const told = (await mapLimited(candidates.filter(isTold), forks, ask)).filter(isOurs)
  const left = without(told)
  if (left.length === 0) return { placed: told, strange: [], silent: [] }
  const rest = candidates.filter((candidate) => !isTold(candidate))
  const others = (await mapLimited(rest, forks, ask)).filter(isOurs)
  const found = others.filter((answer) => left.some((one) => isNodeOf(one, knownOf(answer))))
  const placed = [...told, ...found]
  const strange = without(placed)
  const silent = strange.length === 0 ? [] : others.filter(({ learnt }) => learnt === undefined)
  return { placed, strange, silent }
}
