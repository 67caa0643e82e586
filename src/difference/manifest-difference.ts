/** An annotation of a static pod that differs from the desired one. */
export type AnnotationDifference =
  | { readonly kind: 'annotation-missing'; readonly annotation: string }
  /** The API accepts only strings, and refuses the whole Pod. */
  | { readonly kind: 'annotation-not-string'; readonly annotation: string }
  | {
      readonly kind: 'annotation-value'
      readonly annotation: string
      readonly is: string
      readonly should: string
    }

/** A flag of a static pod's program that differs from the desired one, without its dashes. */
export type FlagDifference =
  | { readonly kind: 'flag-missing'; readonly flag: string; readonly should: string }
  | { readonly kind: 'flag-repeated'; readonly flag: string; readonly times: number }
  | { readonly kind: 'flag-value'; readonly flag: string; readonly is: string; readonly should: string }
  /** It has the right meaning, but is not written as `--flag=value`. */
  | { readonly kind: 'flag-spelling'; readonly flag: string; readonly is: string }

/** A volume of a static pod that differs from the desired one; `volume` is the name that it should have. */
export type VolumeDifference =
  | { readonly kind: 'volume-missing' | 'volume-repeated' | 'volume-unused'; readonly volume: string }
  | { readonly kind: 'volume-name'; readonly volume: string; readonly is: string }
  | { readonly kind: 'volume-same-path'; readonly volume: string; readonly other: string }
  /** It has these sources (core/v1 VolumeSource) instead of a hostPath; no source if the list is empty. */
  | { readonly kind: 'volume-source'; readonly volume: string; readonly is: readonly string[] }
  /** It has these sources in addition to its hostPath. */
  | { readonly kind: 'volume-more-sources'; readonly volume: string; readonly is: readonly string[] }
  | {
      readonly kind: 'volume-path' | 'volume-type'
      readonly volume: string
      /** Null if it is not set. */
      readonly is: string | null
      readonly should: string
    }

/** A mount of a static pod that differs from the desired one; `mount` is the name that it should have. */
export type MountDifference =
  | { readonly kind: 'mount-missing' | 'mount-repeated'; readonly mount: string }
  | { readonly kind: 'mount-name'; readonly mount: string; readonly is: string }
  | { readonly kind: 'mount-path'; readonly mount: string; readonly is: string; readonly should: string }
  | { readonly kind: 'mount-read-only'; readonly mount: string; readonly is: boolean }
  /** Another mount is at the same place. */
  | { readonly kind: 'mount-beside'; readonly mount: string; readonly other: string; readonly path: string }
  /** A field (core/v1 VolumeMount) that shows other files than a plain mount does. */
  | { readonly kind: 'mount-field'; readonly mount: string; readonly field: string; readonly is: string }
  | {
      readonly kind: 'mount-volume'
      readonly path: string
      readonly container: string
      readonly is: string
      readonly should: string
    }

/** A difference between a static pod's manifest and the desired one. */
export type ManifestDifference = AnnotationDifference | FlagDifference | VolumeDifference | MountDifference

function shown(value: string): string {
  return value === '' ? '""' : value
}

function timesText(times: number): string {
  return times === 2 ? 'twice' : `${times} times`
}

/** A manifest's difference in words for people. */
export function manifestDifferenceText(difference: ManifestDifference): string {
  switch (difference.kind) {
    case 'annotation-missing':
      return `annotation ${difference.annotation} is missing`
    case 'annotation-not-string':
      return `annotation ${difference.annotation} is not a string`
    case 'annotation-value':
      return `annotation ${difference.annotation} is ${difference.is}, should be ${difference.should}`
    case 'flag-missing':
      return `flag --${difference.flag} is missing, should be ${shown(difference.should)}`
    case 'flag-repeated':
      return `flag --${difference.flag} is set ${timesText(difference.times)}`
    case 'flag-value':
      return `flag --${difference.flag} is ${shown(difference.is)}, should be ${shown(difference.should)}`
    case 'flag-spelling':
      return `flag --${difference.flag} is written as "${difference.is}"`
    case 'volume-missing':
      return `volume ${difference.volume} is missing`
    case 'volume-repeated':
      return `volume ${difference.volume} is there more than once`
    case 'volume-unused':
      return `volume ${difference.volume} is not used any more`
    case 'volume-name':
      return `volume ${difference.volume} is named ${difference.is}`
    case 'volume-same-path':
      return `volume ${difference.other} has the same host path as volume ${difference.volume}`
    case 'volume-source':
      return `volume ${difference.volume} is ${difference.is.join(', ') || 'of no kind'}, should be hostPath`
    case 'volume-more-sources':
      return `volume ${difference.volume} is ${difference.is.join(', ')} as well`
    case 'volume-path':
    case 'volume-type': {
      const key = difference.kind === 'volume-path' ? 'path' : 'type'
      const is = difference.is ?? 'not set'
      return `volume ${difference.volume}: hostPath.${key} is ${is}, should be ${difference.should}`
    }
    case 'mount-missing':
      return `mount ${difference.mount} is missing`
    case 'mount-repeated':
      return `mount ${difference.mount} is there more than once`
    case 'mount-name':
      return `mount ${difference.mount} is named ${difference.is}`
    case 'mount-path':
      return `mount ${difference.mount}: mountPath is ${difference.is}, should be ${difference.should}`
    case 'mount-read-only':
      return `mount ${difference.mount}: readOnly is ${String(difference.is)}, should be ${String(!difference.is)}`
    case 'mount-beside':
      return `mount ${difference.other} at ${difference.path} is there beside mount ${difference.mount}`
    case 'mount-field':
      return `mount ${difference.mount}: ${difference.field} is ${difference.is}, should not be there`
    case 'mount-volume': {
      const { path, container, is, should } = difference
      return `mount ${path} in container ${container} uses volume ${is}, should be ${should}`
    }
  }
}
