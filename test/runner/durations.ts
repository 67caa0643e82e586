import path from 'node:path'

/**
 * The seconds that a test file takes on 2 cores. The key is its path up to the first dot of its name. The numbers only
 * balance the slices, so a number that is wrong by half does no harm. A file that takes less than a minute needs none.
 */
export const measured: Readonly<Record<string, number>> = {
  'test/cli/bad-input': 133,
  'test/cli/drift': 413,
  'test/cli/prepare': 185,
  'test/guard/connection-cut': 260,
  'test/guard/controller-killed': 230,
  'test/guard/disk': 364,
  'test/guard/gate': 588,
  'test/guard/guard': 224,
  'test/guard/guard-killed': 330,
  'test/guard/hostile': 205,
  'test/guard/kubelet': 306,
  'test/guard/node-restarted': 330,
  'test/guard/others': 320,
  'test/guard/refused': 175,
  'test/guard/rollback': 251,
  'test/guard/sshd-stopped': 230,
  'test/upgrade/kept': 724,
  'test/upgrade/lost': 876,
}

/** The seconds that are assumed for a file that was not measured, by its project. */
const usual: Readonly<Record<string, number>> = { unit: 1, ssh: 20, package: 40, smoke: 60 }

/** The same for a file on a lab. Restoring the nodes takes some seconds, and each apply takes 10 more. */
const usualOnLab = 90

/** The key of a file in {@link measured}. */
export function stemOf(file: string): string {
  const { dir, base } = path.posix.parse(file)
  return path.posix.join(dir, base.split('.')[0] ?? base)
}

/** About how long a file takes, in seconds. */
export function expectedSeconds(file: string, project: string): number {
  return measured[stemOf(file)] ?? usual[project] ?? usualOnLab
}
