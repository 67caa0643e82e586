/**
 * The number of single edits (insert, delete, replace, swap two neighbours) between two words: the optimal
 * string alignment form of the Damerau-Levenshtein distance. It counts typing mistakes as people make them.
 */
export function editDistance(left: string, right: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1]
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      current[column] = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Infinity,
      )
    }
    beforePrevious = previous
    previous = current
  }
  return previous[right.length] ?? 0
}

/**
 * The known name that was most likely meant. Undefined when none is near: more than a third of the letters,
 * or the only letter, would have to change. Case does not count. If several names are equally near, the first
 * one is taken.
 */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: { name: string; distance: number } | undefined
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase())
    const length = Math.max(name.length, candidate.length)
    const furthest = length < 2 ? 0 : Math.max(1, Math.floor(length / 3))
    if (distance <= furthest && distance < (nearest?.distance ?? Infinity))
      nearest = { name: candidate, distance }
  }
  return nearest?.name
}
