import { inject } from 'vitest'
import { down, up, type Lab } from '../lab/lab.ts'
import { terminalProgress } from '../lab/progress.ts'
import { DEFAULT_CONTROL_PLANES } from '../lab/up.ts'
import type { upgradeLabNames } from './lab-setup.ts'
import { takeDownSpentLabs } from '../support/lab.ts'
import { releases } from './releases.ts'

type Name = (typeof upgradeLabNames)[number]

function nameOf(name: Name): string {
  return `${inject('upgradeLabs')}-${name}`
}

/** Makes a new lab of the old release. Before that it removes the labs of the projects that ran before. */
export async function makeOldLab(name: Name): Promise<Lab> {
  await takeDownSpentLabs()
  return up({
    name: nameOf(name),
    controlPlanes: DEFAULT_CONTROL_PLANES,
    kubernetes: releases.from,
    progress: terminalProgress(),
  })
}

/** Removes the lab, even if it was only partly made. */
export function removeOldLab(name: Name): Promise<void> {
  return down(nameOf(name))
}
