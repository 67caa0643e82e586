/** A test file, with an estimate of how long it takes. */
export interface WeighedFile {
  /** Relative to the root of the checkout, with slashes. */
  readonly path: string
  readonly seconds: number
  /** Files of the same group stay in one slice, because they share something that takes long to make. */
  readonly group?: string
}

/** One of `count` parts of all files; `index` counts from 1. */
export interface Slice {
  readonly index: number
  readonly count: number
}

/** Reads `2/5`. Undefined if the text does not name a slice. */
export function readSlice(text: string): Slice | undefined {
  const [, index = NaN, count = NaN] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number)
  return index >= 1 && index <= count ? { index, count } : undefined
}

/** Files that must stay in one slice, and the sum of their seconds. */
interface Bundle {
  readonly name: string
  readonly files: readonly WeighedFile[]
  readonly seconds: number
}

function bundle(files: readonly WeighedFile[]): readonly Bundle[] {
  const groups = Map.groupBy(files, ({ path, group }) => group ?? path)
  return [...groups].map(([name, some]) => ({
    name,
    files: some,
    seconds: some.reduce((sum, { seconds }) => sum + seconds, 0),
  }))
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/**
 * Divides files into slices of about the same length. It takes the longest file first, and gives each file to the slice
 * that is shortest so far. The same files give the same slices in any order. Every file is in exactly one slice.
 *
 * @see https://en.wikipedia.org/wiki/Longest-processing-time-first_scheduling
 */
export function partition(files: readonly WeighedFile[], count: number): readonly (readonly string[])[] {
  const slices = Array.from({ length: count }, () => ({ seconds: 0, paths: [] as string[] }))
  const sorted = bundle(files).toSorted(
    (one, other) => other.seconds - one.seconds || compareText(one.name, other.name),
  )
  for (const { files: some, seconds } of sorted) {
    const lightest = slices.reduce((least, slice) => (slice.seconds < least.seconds ? slice : least))
    lightest.seconds += seconds
    lightest.paths.push(...some.map(({ path }) => path))
  }
  return slices.map(({ paths }) => paths.toSorted(compareText))
}
