const unsafe =
  // eslint-disable-next-line no-control-regex -- it has to find control characters
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff\p{Surrogate}]/gu

/**
 * Makes a text from a host, a file or another operator safe to show on a terminal. Control characters are
 * escaped, so that the text can neither move the cursor nor look like another line. Newlines and tabs stay.
 * What is not a character (half a surrogate pair, U+FFFE, U+FFFF) is escaped as well.
 */
export function visible(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${code}`
  })
}

/** The same for a single line: newlines are escaped as well. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', String.raw`\n`)
}
