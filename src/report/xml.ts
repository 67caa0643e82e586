import { visible } from './visible.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // In an attribute, a parser turns either of these into a space, unless it is a reference (XML 1.0, 3.3.3).
  '\n': '&#10;',
  '\t': '&#9;',
}

/** Characters that XML 1.0 cannot hold (2.2), not even as a reference, are escaped as on a terminal. */
function escape(text: string, special: RegExp): string {
  return visible(text).replace(special, (character) => entities[character] ?? character)
}

function attributeText([name, value]: readonly [string, string]): string {
  return ` ${name}="${escape(value, /[&<>"\n\t]/g)}"`
}

/** Text between tags. */
export function xmlText(text: string): string {
  return escape(text, /[&<>]/g)
}

/** An element of XML text; one without content is closed at once. */
export function xmlElement(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: string,
): string {
  const start = `<${name}${Object.entries(attributes).map(attributeText).join('')}`
  return content === '' ? `${start}/>` : `${start}>${content}</${name}>`
}
