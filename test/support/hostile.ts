import fc from 'fast-check'

/** The file that a string makes if a shell ever runs a part of it. */
export const canary = '/canary'

/** Texts that end a word, a here-document, an option list or a string in some syntax, or begin something there. */
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

/** Texts that end a line, for programs that read lines. NUL and half a surrogate pair cannot be in a shell's word. */
const breakers = [
  ...['\n', `\ntouch ${canary}\n`, '\nend\nstate confirmed\n', '\n1 file - - -\n'],
  ...['CONTENT', 'UNIT', 'GUARD', 'RESTART'].map((name) => `\nEND_OF_${name}\ntouch ${canary}\n`),
  ...['\0', '\ud800'],
]

const joined = (parts: readonly string[]) =>
  fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 4 }).map((some) => some.join(''))

/** Hostile text of one line, which a shell, a unit, a here-document or a terminal may misread. */
export const hostileLine = joined(pieces)

/** Hostile text that may also contain newlines, NUL and broken Unicode. */
export const hostileText = fc.oneof(hostileLine, joined([...pieces, ...breakers, ...breakers]))

/** Hostile text that can be the name of a file. */
export const hostileName = hostileLine
  .map((text) => text.replaceAll('/', '_'))
  .filter((text) => text !== '.' && text !== '..' && text !== canary.slice(1))
