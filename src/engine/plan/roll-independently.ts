import { willRestart } from '../values/host-plan.ts'
import type { Plan } from './plan.ts'

/**
 * The same plan, with each host on its own: no host waits for its turn, and a failure stops no other host. It
 * is for machines that no cluster depends on. Hosts with a restart still take turns in their clusters. Pure.
 */
export function rollIndependently({ clusters, failures }: Plan): Plan {
  const apart = clusters.flatMap(({ cluster, hosts }) => {
    const restarting = hosts.filter(willRestart)
    const alone = hosts.filter((host) => !willRestart(host))
    return [
      ...alone.map((host) => ({ cluster: undefined, hosts: [host] })),
      ...(restarting.length === 0 ? [] : [{ cluster, hosts: restarting }]),
    ]
  })
  return { clusters: apart, failures }
}
