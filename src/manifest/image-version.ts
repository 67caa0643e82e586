/**
 * The version in a control plane's manifest, from the tag of its first image: `v1.37.2`. Undefined if there
 * is no image, or if its image has no tag.
 */
export function imageVersion(manifest: string): string | undefined {
  return /^\s*(?:- )?image:\s*["']?\S+:(v\d[^\s"'@]*)/m.exec(manifest)?.[1]
}
