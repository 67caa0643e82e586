/** A release of Kubernetes: `v1.37.2`. */
export interface Release {
  readonly major: number
  readonly minor: number
  readonly patch: number
}

/** Reads a release's name; undefined for anything else. */
export function parseRelease(name: string): Release | undefined {
  const match = /^v(\d+)\.(\d+)\.(\d+)$/.exec(name)
  if (match === null) return undefined
  const [, major, minor, patch] = match.map(Number)
  return { major: major ?? 0, minor: minor ?? 0, patch: patch ?? 0 }
}

/** Below 0 if the first is older, above 0 if it is newer. */
export function compareReleases(one: Release, other: Release): number {
  return one.major - other.major || one.minor - other.minor || one.patch - other.patch
}
