/**
 * The version that a control plane's manifest runs, by its first image's tag: `v1.37.2`. Undefined where there is no
 * image, or one without a tag.
 */
export function imageVersion(manifest: string): string | undefined {
  return /^\s*(?:- )?image:\s*["']?\S+:(v\d[^\s"'@]*)/m.exec(manifest)?.[1]
}
