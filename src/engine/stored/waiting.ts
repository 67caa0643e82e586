import { configurationTitle } from './stored-configuration.ts'
import { isNodeOf } from '../cluster/unlisted.ts'
import type { SurveyedCluster } from './survey-clusters.ts'

/**
 * For whom a change of what is stored has to wait: control planes that the cluster has and the run does not, as the
 * cluster calls them; and hosts that the cluster does not know as control planes, for there may be others like them. It
 * knows them by a label, which somebody may have taken off.
 *
 * A manifest that kubeadm makes where the policy is not there would not come up.
 */
export function waitsFor({ hosts, facts }: SurveyedCluster): readonly string[] {
  if (facts === undefined) return []
  const own = facts.known.filter(({ name }) => hosts.includes(name))
  const left = facts.nodes.filter((node) => !own.some((host) => isNodeOf(node, host))).map(({ name }) => name)
  const isKnown = (name: string) =>
    own.some((host) => host.name === name && facts.nodes.some((node) => isNodeOf(node, host)))
  return [...left, ...hosts.filter((name) => !isKnown(name) && !left.includes(name))]
}

/** The same in words. */
export function waitingText(names: readonly string[]): string {
  return `${configurationTitle} is not changed yet, because of ${names.join(', ')}: not part of this run, or without the control-plane label. kubeadm’s new manifest may need files that are missing there`
}
