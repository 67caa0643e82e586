import { PlanewrightError } from '../../../src/error.ts'
import { find, type Lab, type LabHost } from '../lab.ts'
import { listLabs } from '../state.ts'

/**
 * Finds the host with this name in the labs of this clone.
 *
 * @throws PlanewrightError `usage` if there is none, with a list of all hosts
 */
export async function findHost(name: string): Promise<{ lab: Lab; host: LabHost }> {
  const labs = await Promise.all((await listLabs()).map((lab) => find(lab)))
  const pairs = labs.flatMap((lab) =>
    lab === undefined ? [] : [...lab.hosts, ...lab.machines].map((host) => ({ lab, host })),
  )
  const found = pairs.find(({ host }) => host.name === name)
  if (found !== undefined) return found
  throw new PlanewrightError('usage', `no lab has a host ${name}`, {
    remedy:
      pairs.length === 0
        ? 'Run `npm run lab -- up` first.'
        : `Choose one of ${pairs.map(({ host }) => host.name).join(', ')}.`,
  })
}
