import { PlanewrightError } from '../error.ts'

/**
 * A value as one word of POSIX sh, whatever characters it has. Between single quotes nothing is special but the
 * single quote itself (POSIX.1-2024, Shell Command Language, 2.2.2), so there is no list of dangerous
 * characters to keep up with.
 *
 * A leading dash stays what it is: that a word is no option is for the command line to say (`--`, `./`).
 *
 * @throws PlanewrightError `usage` for what no shell word can hold: NUL, and text that is not well-formed
 *   Unicode, which would arrive as other bytes than were meant
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

/** Characters of a refused value that its error shows. */
const EXCERPT_LENGTH = 60
