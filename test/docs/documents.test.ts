import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from '../../src/index.ts'
import { exitCodes } from '../../src/exit-codes.ts'
import { codeBlocks, documents, readText, root, sectionOf, tableRows } from './document.ts'

const { scripts, files } = z
  .object({ scripts: z.record(z.string(), z.string()), files: z.array(z.string()) })
  .parse(JSON.parse(readText('package.json')))

/** What npm packs: the listed files and folders, and some that it always includes. */
const packed = [...files, 'README.md', 'LICENSE', 'package.json']
const isPacked = (file: string) => packed.some((one) => file === one || file.startsWith(`${one}/`))

/** The targets of a document's relative links, without anchors, relative to the root. */
function linkedFiles(document: string): readonly string[] {
  const links = [...readText(document).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link]) => link ?? '')
  const relative = links.filter((link) => !link.startsWith('https://'))
  return relative.map((link) => path.join(path.dirname(document), link))
}

/** The anchors that GitHub makes for a document's headings. */
function anchors(text: string): readonly string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading ?? '')
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

describe.each(documents)('%s', (document) => {
  const text = readText(document)

  test('links only to files and anchors that exist', () => {
    const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link ?? '')
    const broken = links
      .filter((link) => !link.startsWith('https://'))
      .filter((link) => {
        const [file = '', anchor] = link.split('#')
        const target = file === '' ? document : path.join(path.dirname(document), file)
        if (!existsSync(path.join(root, target))) return true
        return anchor !== undefined && !anchors(readText(target)).includes(anchor)
      })
    expect(broken).toEqual([])
  })

  test('names only scripts that are in package.json', () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script ?? '')
    expect(named.filter((script) => !(script in scripts))).toEqual([])
  })

  test('names only files that exist', () => {
    const spans = [...text.matchAll(/`((?:src|tasks|test|templates|inventories|\.ci)\/[\w./-]+)`/g)]
    const files = spans.map(([, file]) => file ?? '')
    expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([])
  })

  test('contains no path of the machine on which it was written', () => {
    expect(text).not.toMatch(/(?:^|[\s`"'(])\/(?:work|tmp|home)\//m)
  })
})

describe('README.md', () => {
  const text = readText('README.md')

  test('shows the example that the package test runs, verbatim', () => {
    expect(codeBlocks(text, 'ts')).toEqual([readText('test/package/consumer/own-task.ts')])
  })

  test('names every exit code', () => {
    const codes = /^Exit codes: .*$/m.exec(text)?.[0].match(/\b\d+\b(?= )/g)
    expect(codes?.map(Number)).toEqual(Object.values(exitCodes))
  })
})

test.each(documents.filter(isPacked))('%s in the package links to what is in the package', (document) => {
  expect(linkedFiles(document).filter((file) => !isPacked(file))).toEqual([])
})

test('CONTRIBUTING.md has every script', () => {
  const named = tableRows(sectionOf(readText('CONTRIBUTING.md'), '## Commands')).map(([cell]) => cell)
  const automatic = ['prepack', 'postpack']
  const wanted = Object.keys(scripts).filter((script) => !automatic.includes(script))
  const missing = wanted.filter(
    (script) => !named.some((cell) => cell?.match(/`npm (?:run )?([\w:-]+)/)?.[1] === script),
  )
  expect(missing).toEqual([])
})

test('docs/lab.md has every verb and option', () => {
  const text = readText('docs/lab.md')
  const main = readText('test/lab/main.ts')
  const verbs = [...main.matchAll(/(?:command|named)\('([a-z]+)'/g)].map(([, verb]) => verb ?? '')
  const options = [...main.matchAll(/option\('(--[a-z-]+)/g)].map(([, option]) => option ?? '')
  expect(verbs).toContain('up')
  expect(verbs.filter((verb) => !text.includes(`npm run lab -- ${verb}`))).toEqual([])
  expect(options.filter((option) => !text.includes(`\`${option}`))).toEqual([])
})
