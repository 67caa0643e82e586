import { willRestart } from '../values/host-plan.ts'
import type { Plan } from './plan.ts'

/**
 * The same plan with every host by itself: nobody waits for its turn, and nobody is stopped by the failure of
 * another. For what is written on machines that no cluster misses. Hosts of which something is restarted still take
 * the turns of their clusters. Pure.
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
