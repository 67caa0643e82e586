import { describe, expect, test } from 'vitest'
import { expositionText } from '../../src/report/exposition.ts'
import { visible } from '../../src/report/visible.ts'
import { xmlElement, xmlText } from '../../src/report/xml.ts'

test.each([
  ['markup', `<a b="c">&'`, `&lt;a b="c"&gt;&amp;'`],
  ['the end of a CDATA section', ']]>', ']]&gt;'],
  ['newlines and tabs', 'a\n\tb', 'a\n\tb'],
  ['a carriage return, which a parser would make a newline of', 'a\r\n', 'a\\u000d\n'],
  ['what XML has no way to say', '\u0000\u000b\u001f\ufffe\uffff', '\\u0000\\u000b\\u001f\\ufffe\\uffff'],
  ['halves of a surrogate pair', '\ud800a\udfff', '\\ud800a\\udfff'],
  ['a whole pair', '😀', '😀'],
])('XML text: %s', (_name, text, xml) => {
  expect(xmlText(text)).toBe(xml)
  expect(xml.isWellFormed()).toBe(true)
})

test('an element: attributes keep quotes, newlines and tabs; an empty one is closed at once', () => {
  expect(xmlElement('a', { b: 'c"<\n\t', d: '' }, '')).toBe('<a b="c&quot;&lt;&#10;&#9;" d=""/>')
  expect(xmlElement('a', {}, xmlText('<'))).toBe('<a>&lt;</a>')
})

describe('gauges', () => {
  const gauge = (value: number, label: string) =>
    expositionText([{ name: 'a', help: 'What it is.', samples: [{ labels: { b: label }, value }] }])

  test.each([
    ['words', 'audit policy', 'audit policy'],
    ['quotes, backslashes and newlines', '"a\\b\nc"', String.raw`\"a\\b\nc\"`],
    ['what may end a scanner or move a cursor', '\u0000\u001b\ud800', String.raw`\\u0000\\u001b\\ud800`],
  ])('with a label: %s', (_name, label, text) => {
    expect(gauge(1.5, label)).toBe(`# HELP a What it is.\n# TYPE a gauge\na{b="${text}"} 1.5\n`)
  })

  test('without samples are left out', () => {
    expect(expositionText([{ name: 'a', help: 'What it is.', samples: [] }])).toBe('')
  })
})

test('a text that is shown loses only its control characters', () => {
  const text = 'é😀\ufeff ]]> "\\'
  expect(visible(text)).toBe(text)
})
