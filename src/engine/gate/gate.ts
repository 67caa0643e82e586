import { setTimeout as pause } from 'node:timers/promises'
import { PlanewrightError } from '../../error.ts'
import { mayPass, type Finding } from './health-check.ts'
import { interrupted } from '../values/interrupted.ts'

/** Milliseconds that a peer's apiserver has to come back: its kubelet may take that long to restart it. */
export const gateTimeout = 60_000

/** Milliseconds between two looks at a peer that is coming back. */
const passingPause = 1_000

/** Waits until the next look is due; false if a person stopped the run before that. */
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
 * Checks that a cluster is healthy enough to change one of its control planes. Waits for problems that may
 * pass by themselves.
 *
 * @param host the host that is about to change
 * @param look finds what is wrong at this moment, see `HealthCheck`
 * @param waits gets what the check waits for, a line each, before a wait that may take a minute
 * @param signal if the run is stopped meanwhile, nothing new begins, whatever was found
 * @throws PlanewrightError `host` with everything that is wrong, a line each; `interrupted`; what `look`
 * throws.
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
