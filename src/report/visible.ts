const unsafe =
  // eslint-disable-next-line no-control-regex -- control characters are just what it has to find
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufffe\uffff\p{Surrogate}]/gu

/**
 * Text that a host, a file or another operator had a say in, as it may be shown on a terminal: control characters in
 * it are written out, so that it can neither move the cursor nor pass for another line. Newlines and tabs stay. What
 * is no character at all (half of a surrogate pair, U+FFFE, U+FFFF) is written out as well.
 */
export function visible(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${code}`
  })
}

/** The same where there is one line for it: newlines are written out as well. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', String.raw`\n`)
}
