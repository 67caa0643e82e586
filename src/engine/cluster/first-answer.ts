import { PlanewrightError } from '../../error.ts'
import { wordsOf, type Seen } from './control-plane.ts'
import type { ProcessFact } from '../../host/fact.ts'

/**
 * Asks the hosts on which an apiserver runs, one after the other, until one answers: the service may be down
 * on the first.
 *
 * @param what the words of the error if none answers
 * @throws PlanewrightError `host` with what each of them said
 */
export async function firstAnswer<Host extends Seen, Answer>(
  hosts: readonly Host[],
  what: string,
  ask: (host: Host, apiserver: ProcessFact) => Promise<Answer>,
): Promise<Answer> {
  const refusals: string[] = []
  for (const one of hosts) {
    if (one.apiserver === undefined) continue
    try {
      return await ask(one, one.apiserver)
    } catch (thrown) {
      refusals.push(`${one.host.name}: ${wordsOf(thrown)}`)
    }
  }
  const why =
    refusals.length === 0 ? 'no kube-apiserver runs on any host that was asked' : refusals.join('\n')
  throw new PlanewrightError('host', what, {
    why,
    remedy: 'Repair one of these apiservers, then run planewright again.',
  })
}
