import { inject } from 'vitest'
import { down, up, type Lab } from '../lab/lab.ts'
import { terminalProgress } from '../lab/progress.ts'
import { DEFAULT_CONTROL_PLANES } from '../lab/up.ts'
import type { upgradeLabNames } from './lab-setup.ts'
import { releases } from './releases.ts'

type Name = (typeof upgradeLabNames)[number]

function nameOf(name: Name): string {
  return `${inject('upgradeLabs')}-${name}`
}

/**
 * A lab of the old release, fresh. The lab of this worker's other files goes first: they are all done, and a lab takes a
 * sixth of two processors at rest.
 */
export async function makeOldLab(name: Name): Promise<Lab> {
  const other = inject('otherLabs')[Number(process.env.VITEST_POOL_ID) - 1]
  if (other !== undefined) await down(other)
  return up({
    name: nameOf(name),
    controlPlanes: DEFAULT_CONTROL_PLANES,
    kubernetes: releases.from,
    progress: terminalProgress(),
  })
}

/** Takes it down, also where it was not made whole. */
export function removeOldLab(name: Name): Promise<void> {
  return down(nameOf(name))
}
