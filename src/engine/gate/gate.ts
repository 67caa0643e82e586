import { setTimeout as pause } from 'node:timers/promises'
import { PlanewrightError } from '../../error.ts'
import { mayPass, type Finding } from './health-check.ts'
import { interrupted } from '../values/interrupted.ts'

/** Milliseconds that a peer's apiserver has to come back: so long its kubelet may take to restart it. */
export const gateTimeout = 60_000

/** Milliseconds between two looks at a peer that is on its way. */
const passingPause = 1_000

/** Waits until the next look is due; false where a person stopped the run before. */
async function isDue(signal: AbortSignal): Promise<boolean> {
  try {
    await pause(passingPause, undefined, { signal })
    return true
  } catch (thrown) {
    if (signal.aborted) return false
    throw thrown
  }
}

function linesOf(findings: readonly Finding[]): string {
  return findings.map(({ words }) => words).join('\n')
}

/**
 * Makes sure that a cluster bears it when one of its control planes is touched. What may pass by itself is waited for.
 *
 * @param host the one that is to be changed
 * @param look finds what is wrong at this moment, see `Demand`
 * @param waits is told once what is waited for, a line each: a minute is long for whoever watches
 * @param signal a run that is stopped meanwhile begins nothing new, whatever was found
 * @throws PlanewrightError `host` with everything that is wrong, a line each; `interrupted`; what `look` throws.
 */
export async function checkGate(
  host: string,
  look: () => Promise<readonly Finding[]>,
  waits: (why: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const end = performance.now() + gateTimeout
  let findings = await look()
  if (mayPass(findings)) waits(linesOf(findings))
  while (mayPass(findings) && performance.now() < end && (await isDue(signal))) findings = await look()
  if (signal.aborted) throw interrupted()
  if (findings.length === 0) return
  throw new PlanewrightError('host', `refusing to change ${host}: the cluster is not healthy enough`, {
    why: linesOf(findings),
    remedy: 'Nothing was written on this host. Repair these problems, then run planewright again.',
  })
}
