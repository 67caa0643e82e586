import { PlanewrightError } from '../error.ts'

/**
 * Quotes a value as one word of POSIX sh, whatever characters it has. Between single quotes, only the single
 * quote itself is special (POSIX.1-2024, Shell Command Language, 2.2.2), so there is no list of dangerous
 * characters to maintain.
 *
 * A leading dash stays. The command line has to say that a word is not an option (`--`, `./`).
 *
 * @throws PlanewrightError `usage` for what no shell word can hold: NUL, and text that is not well-formed
 * Unicode, as other bytes would arrive
 */
export function quote(value: string): string {
  if (value.includes('\0')) {
    throw unquotable(value, 'It has a NUL character. No argument and no path on a host can have one.')
  }
  if (/\p{Surrogate}/u.test(value)) {
    throw unquotable(
      value,
      'It has half of a surrogate pair. This is not a character, and cannot be encoded.',
    )
  }
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}

function unquotable(value: string, why: string): PlanewrightError {
  const start = value.slice(0, EXCERPT_LENGTH)
  return new PlanewrightError('usage', `a value cannot be passed to a shell: ${JSON.stringify(start)}`, {
    why,
    remedy: 'Remove the character from the value.',
  })
}

/** How many characters of a refused value its error shows. */
const EXCERPT_LENGTH = 60
