import { PlanewrightError } from '../../src/error.ts'

/**
 * Refuses an upgrade to an earlier version, or one that skips a minor version. kubeadm would also refuse it, but only later,
 * on the node (cmd/kubeadm/app/phases/upgrade/policy.go in 1.37).
 *
 * @param versions the version of each host, by its name; after an interrupted upgrade they differ
 * @throws PlanewrightError `usage`
 */
export function refuseUpgrade(versions: Readonly<Record<string, string>>, to: string): void {
  for (const [host, from] of Object.entries(versions)) {
    const difference = compareVersions(from, to)
    if (difference > 0) {
      throw new PlanewrightError('usage', `an upgrade to ${to} is none`, {
        where: { host },
        why: `it is at ${from}, and kubeadm goes forward only`,
        remedy: 'Choose a later release, or take the lab down and build one of that version.',
      })
    }
    const minors = minorOf(to) - minorOf(from)
    if (minors > 1) {
      throw new PlanewrightError('usage', `an upgrade to ${to} skips a minor version`, {
        where: { host },
        why: `it is at ${from}, and kubeadm goes from one minor version to the next`,
        remedy: `Upgrade to a release of 1.${minorOf(from) + 1} first.`,
      })
    }
  }
}

/** Less than 0 if `a` is the earlier release. Both have the form `v1.37.2`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)]
  return left.map((part, index) => part - (right[index] ?? 0)).find((difference) => difference !== 0) ?? 0
}

function minorOf(version: string): number {
  return partsOf(version)[1] ?? 0
}

function partsOf(version: string): number[] {
  return version.replace(/^v/, '').split('.').map(Number)
}
