import { readdirSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { z } from '../../src/index.ts'
import { codeSpans, readText, root, sectionOf, tableRows } from './document.ts'

const text = readText('docs/design.md')

test('the folders are those of src', () => {
  const tree = sectionOf(text, '## Folders').split('src/\n')[1]?.split('test/')[0] ?? ''
  const listed = [...tree.matchAll(/^ {2}([\w-]+)\/ /gm)].map(([, folder]) => folder ?? '')
  const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  expect(listed.toSorted()).toEqual(folders.toSorted())
})

const Rules = z.object({
  default: z.object({
    forbidden: z.array(
      z.object({
        name: z.string(),
        from: z.object({ path: z.string().optional() }),
        to: z.object({ pathNot: z.union([z.string(), z.array(z.string())]).optional() }),
      }),
    ),
  }),
})

function folderOf(pattern: string): string {
  return /^\^src\/([\w-]+)\/$/.exec(pattern)?.[1] ?? pattern
}

test('the layers are those that npm run check enforces', async () => {
  const module: unknown = await import(path.join(root, '.dependency-cruiser.js'))
  const rules = Rules.parse(module).default.forbidden.filter(({ name }) =>
    name.endsWith('-imports-downwards'),
  )
  const kept = rules.map(({ from, to }) => {
    const folder = folderOf(from.path ?? '')
    const allowed = [to.pathNot ?? []].flat().map(folderOf)
    return [folder, ...allowed.filter((name) => name !== folder).toSorted()]
  })
  const written = tableRows(sectionOf(text, '### Layers')).map(([folder, allowed]) => [
    ...codeSpans(folder ?? ''),
    ...codeSpans(allowed ?? '').toSorted(),
  ])
  expect(written.toSorted()).toEqual(kept.toSorted())
})

test('the rooms of the engine are those that npm run check enforces, in their order', async () => {
  const module: unknown = await import(path.join(root, '.dependency-cruiser.js'))
  const rules = Rules.parse(module).default.forbidden.filter(({ name }) => name.endsWith('-imports-upwards'))
  const kept = rules.map(({ from }) => /^\^src\/engine\/([\w-]+)\/$/.exec(from.path ?? '')?.[1] ?? '')
  const written = tableRows(sectionOf(text, '### The rooms of the engine')).flatMap(([room]) =>
    codeSpans(room ?? ''),
  )
  const folders = readdirSync(path.join(root, 'src', 'engine'), { withFileTypes: true })
  expect(written.slice(0, kept.length)).toEqual(kept)
  expect(folders.map(({ name }) => name).toSorted()).toEqual(kept.toSorted())
})
