import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** Everything on which the content of an image or a program depends. */
export interface Recipe {
  /** The name of the image or program: the part of the tag before the colon. */
  readonly name: string
  /** Versions, package names, tags of parents. Their order counts. */
  readonly ingredients: readonly string[]
  /** File contents by their relative path. */
  readonly files: Readonly<Record<string, string>>
}

/** Twelve hexadecimal digits that change whenever anything in the recipe changes. */
export function hashRecipe(recipe: Recipe): string {
  const files = Object.entries(recipe.files).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([recipe.name, recipe.ingredients, files]))
    .digest('hex')
    .slice(0, 12)
}

/** The tag under which the engine keeps the image of a recipe. */
export function tagOf(recipe: Recipe): string {
  return `planewright-lab/${recipe.name}:${hashRecipe(recipe)}`
}

/** Reads the files in some folders, without subfolders, for a recipe. The keys are paths relative to the common parent. */
export async function readRecipeFiles(
  parent: string,
  folders: readonly string[],
): Promise<Record<string, string>> {
  const names = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(path.join(parent, folder), { withFileTypes: true })
      return entries.filter((entry) => entry.isFile()).map((entry) => `${folder}/${entry.name}`)
    }),
  )
  const contents = names
    .flat()
    .map(async (name) => [name, await readFile(path.join(parent, name), 'utf8')] as const)
  return Object.fromEntries(await Promise.all(contents))
}
