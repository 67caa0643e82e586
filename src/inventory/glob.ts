/**
 * Turns a shell glob (`*`, `?`, `[abc]`, `[!abc]`) into a regular expression for the whole text, as Python's
 * fnmatch does. There is no escape, and a bracket that is never closed means itself.
 */
export function globToRegExp(glob: string): RegExp {
  const source = glob.replaceAll(
    /\*|\?|\[(!?)(\]?[^\]]*)\]|[^*?]/gs,
    (part: string, not?: string, set?: string) => {
      if (part === '*') return '.*'
      if (part === '?') return '.'
      if (set === undefined || set === '') return part.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
      return `[${not === '!' ? '^' : ''}${set.replaceAll(/[\\^[\]]/g, '\\$&')}]`
    },
  )
  return new RegExp(`^(?:${source})$`, 's')
}
