import { readHost } from '../../host/host-reader.ts'
import { reach, see, type Reachable, type Seen } from './control-plane.ts'

/** Looks at hosts side by side; those that cannot be looked at now are left out. */
export async function seeAll(hosts: readonly Reachable[]): Promise<readonly Seen[]> {
  const looks = await Promise.allSettled(
    hosts.map(async (host) => {
      const control = await reach(host)
      return see(control, readHost(control.connection))
    }),
  )
  return looks.flatMap((look) => (look.status === 'fulfilled' ? [look.value] : []))
}
