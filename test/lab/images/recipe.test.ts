import path from 'node:path'
import { expect, test } from 'vitest'
import { hashRecipe, readRecipeFiles, tagOf, type Recipe } from './recipe.ts'

const recipe: Recipe = { name: 'node', ingredients: ['v1.37.2', 'amd64'], files: { a: '1', b: '2' } }

test('the tag is the name and twelve hexadecimal digits', () => {
  expect(tagOf(recipe)).toMatch(/^planewright-lab\/node:[0-9a-f]{12}$/)
})

test('the order of the files does not change the hash', () => {
  expect(hashRecipe({ ...recipe, files: { b: '2', a: '1' } })).toBe(hashRecipe(recipe))
})

test.each<[string, Recipe]>([
  ['another name', { ...recipe, name: 'base' }],
  ['another version', { ...recipe, ingredients: ['v1.36.3', 'amd64'] }],
  ['the ingredients the other way round', { ...recipe, ingredients: ['amd64', 'v1.37.2'] }],
  ['a file’s content', { ...recipe, files: { a: '1', b: '3' } }],
  ['a file’s name', { ...recipe, files: { a: '1', c: '2' } }],
  ['a border moved between two ingredients', { ...recipe, ingredients: ['v1.37.2a', 'md64'] }],
])('%s makes another hash', (_, other) => {
  expect(hashRecipe(other)).not.toBe(hashRecipe(recipe))
})

test('two folders may have files with the same name', async () => {
  const files = await readRecipeFiles(import.meta.dirname, ['node', 'components', 'access'])
  const dockerfiles = Object.keys(files).filter((name) => path.basename(name) === 'Dockerfile')
  expect(dockerfiles.sort()).toEqual(['access/Dockerfile', 'components/Dockerfile', 'node/Dockerfile'])
  expect(new Set(dockerfiles.map((name) => files[name])).size).toBe(3)
})
