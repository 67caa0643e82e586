import fc from 'fast-check'

/** The file that any of the strings would make, were it ever taken for more than a string. */
export const canary = '/canary'

/** What ends a word, a line, a here-document, an option list or a string somewhere, or begins something there. */
const pieces = [
  ...[
    "'",
    '"',
    '\\',
    ' ',
    '\t',
    '\r',
    '*',
    '?',
    '~',
    '#',
    '!',
    '&',
    '|',
    '{',
    '}',
    '%s%n',
    '$IFS',
    '$0',
    '${x',
  ],
  ...['-rf', '--', '--help', '=', ',', ':', '..', 'ü☸', '\u202e', '\u001b[31m', 'é'.normalize('NFD')],
  ...[`$(touch ${canary})`, `\`touch ${canary}\``, `;touch ${canary};`, `';touch ${canary};'`],
  ...[
    `";touch ${canary};"`,
    `$'\\ntouch ${canary}'`,
    `|| touch ${canary} #`,
    `>${canary}`,
    `<(touch ${canary})`,
  ],
  ...['$(touch canary)', '`touch canary`', "';touch canary;'", '>canary'],
  ...['END_OF_CONTENT', 'END_OF_UNIT', 'END_OF_GUARD', 'END_OF_RESTART', 'planewright_script', 'e30='],
]

/** The same for what reads lines; NUL and half a surrogate pair, which no word of a shell can hold. */
const breakers = [
  ...['\n', `\ntouch ${canary}\n`, '\nend\nstate confirmed\n', '\n1 file - - -\n'],
  ...['CONTENT', 'UNIT', 'GUARD', 'RESTART'].map((name) => `\nEND_OF_${name}\ntouch ${canary}\n`),
  ...['\0', '\ud800'],
]

const joined = (parts: readonly string[]) =>
  fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 4 }).map((some) => some.join(''))

/** Hostile text of one line: what a shell, a unit, a here-document or a terminal may stumble over. */
export const hostileLine = joined(pieces)

/** Hostile text with newlines, NUL and broken Unicode in it as well. */
export const hostileText = fc.oneof(hostileLine, joined([...pieces, ...breakers, ...breakers]))

/** One part of a path. */
export const hostileName = hostileLine
  .map((text) => text.replaceAll('/', '_'))
  .filter((text) => text !== '.' && text !== '..' && text !== canary.slice(1))
