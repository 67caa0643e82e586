import { inject } from 'vitest'
import { up, type Lab } from '../lab/lab.ts'
import { terminalProgress } from '../lab/progress.ts'
import { DEFAULT_CONTROL_PLANES } from '../lab/up.ts'
import type { upgradeLabNames } from './lab-setup.ts'
import { releases } from './releases.ts'

/** A lab of the old release, fresh. */
export function makeOldLab(name: (typeof upgradeLabNames)[number]): Promise<Lab> {
  return up({
    name: `${inject('upgradeLabs')}-${name}`,
    controlPlanes: DEFAULT_CONTROL_PLANES,
    kubernetes: releases.from,
    progress: terminalProgress(),
  })
}
