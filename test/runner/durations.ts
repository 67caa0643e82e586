import type { WeighedFile } from './slices.ts'

/**
 * The seconds that a test file takes on 2 cores. The key is its path without `.test.ts`. The numbers only
 * balance the slices, so a number that is wrong by half does no harm. A file that takes less than a minute needs none.
 */
export const measured: Readonly<Record<string, number>> = {
  'test/cli/bad-input.ssh': 70,
  'test/cli/drift.cluster': 413,
  'test/cli/drift.smoke': 83,
  'test/cli/prepare.ssh': 100,
  'test/docs/continuous.cluster': 270,
  'test/guard/connection-cut.node': 260,
  'test/guard/controller-killed.node': 230,
  'test/guard/disk.node': 364,
  'test/guard/faults.smoke': 110,
  'test/guard/gate.cluster': 588,
  'test/guard/guard.ssh': 106,
  'test/guard/guard-killed.node': 290,
  'test/guard/hostile.ssh': 101,
  'test/guard/kubelet.node': 306,
  'test/guard/node-restarted.node': 290,
  'test/guard/load.cluster': 226,
  'test/guard/others.node': 320,
  'test/guard/refused.node': 175,
  'test/guard/rollback.node': 251,
  'test/guard/sshd-stopped.node': 230,
  'test/upgrade/kept.upgrade': 724,
  'test/upgrade/lost.upgrade': 876,
}

/** The seconds that are assumed for a file that was not measured, by its project. */
const usual: Readonly<Record<string, number>> = { unit: 1, ssh: 20, package: 40, smoke: 60 }

/** The same for a file on a lab. Restoring the nodes takes some seconds, and each apply takes 10 more. */
const usualOnLab = 90

/** The key of a file in {@link measured}. */
export function stemOf(file: string): string {
  return file.replace(/\.test\.ts$/, '')
}

/** A file with the seconds that it takes. `file` is its path from the root of the checkout, with slashes. */
export function weigh(file: string, project: string): WeighedFile {
  return {
    path: file,
    seconds: measured[stemOf(file)] ?? usual[project] ?? usualOnLab,
    // Building the image of the release before takes as long as an upgrade, so only one slice should do it.
    ...(project === 'cluster-upgrade' ? { group: project } : {}),
  }
}
