import path from 'node:path'

/**
 * Seconds that a file takes on 2 cores, by its path up to the first dot of its name. They balance the slices and mean
 * nothing else: a number that is wrong by half does no harm. Files of less than a minute need none.
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

/** What a file of each project takes that is not measured. */
const usual: Readonly<Record<string, number>> = { unit: 1, ssh: 20, package: 40, smoke: 60 }

/** A file on a lab: putting the nodes back to what kubeadm made takes some seconds, and each apply 10 more. */
const usualOnLab = 90

/** The name by which {@link measured} has a file. */
export function stemOf(file: string): string {
  const { dir, base } = path.posix.parse(file)
  return path.posix.join(dir, base.split('.')[0] ?? base)
}

/** About how long a file takes, in seconds. */
export function expectedSeconds(file: string, project: string): number {
  return measured[stemOf(file)] ?? usual[project] ?? usualOnLab
}
