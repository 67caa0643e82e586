import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'

/** Everything that the content of a built thing depends on. */
export interface Recipe {
  /** What is built: the part of the tag before the colon. */
  readonly name: string
  /** Versions, package lists, tags of parents: in this order. */
  readonly ingredients: readonly string[]
  /** File contents by their relative path. */
  readonly files: Readonly<Record<string, string>>
}

/** Twelve hexadecimal digits that differ whenever anything in the recipe does. */
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

/** The files of some folders (not of theirs), by their path below the common parent, as a recipe wants them. */
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
