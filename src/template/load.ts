import { access, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PlanewrightError } from '../error.ts'
import { resolveLocalPath } from '../inventory/local-path.ts'
import { readTextFile } from '../inventory/text-file.ts'

/** A template as it was found, not rendered yet. */
export interface Template {
  /** Absolute path. */
  readonly file: string
  readonly source: string
  /** `handlebars` is rendered with the host's variables; `plain` is taken as it is. */
  readonly kind: 'handlebars' | 'plain'
}

const ending = '.yaml.hbs'

/**
 * Finds a template: a bare name, such as `preempt-k8s`, is one that comes with planewright; anything with a slash, or
 * ending in .hbs, .yaml or .yml, is a path.
 *
 * @param baseDirectory - what a relative path is relative to: the folder of the inventory that names it
 * @throws PlanewrightError `template` naming the templates there are and where it was looked for
 */
export async function loadTemplate(reference: string, baseDirectory: string): Promise<Template> {
  const folder = await findTemplatesFolder(import.meta.dirname)
  const isPath = reference.includes('/') || /\.(?:hbs|ya?ml)$/.test(reference)
  const file = isPath ? resolveLocalPath(reference, baseDirectory) : join(folder, reference + ending)
  if (!(await isThere(file))) throw await notFound(reference, file, folder)
  const source = await readTextFile(file, { kind: 'template', code: 'template' })
  return { file, source, kind: file.endsWith('.hbs') ? 'handlebars' : 'plain' }
}

/**
 * The templates folder of the package that a file is part of, beside the nearest package.json above it: found from
 * a checkout (src/template) and from what was built (dist/src/template) alike.
 *
 * @throws PlanewrightError `internal` when there is no package.json, which only a copy of parts of the package lacks
 */
export async function findTemplatesFolder(from: string): Promise<string> {
  if (await isThere(join(from, 'package.json'))) return join(from, 'templates')
  const parent = dirname(from)
  if (parent !== from) return findTemplatesFolder(parent)
  throw new PlanewrightError('internal', "planewright's own templates cannot be found", {
    why: 'There is no package.json in any folder above its code.',
    remedy: 'Install the package as a whole.',
  })
}

/** The names of the templates in planewright's folder, in order. */
export async function templateNames(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch(() => [])
  const names = files.filter((file) => file.endsWith(ending))
  return names.map((file) => file.slice(0, -ending.length)).sort()
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

async function notFound(reference: string, file: string, folder: string): Promise<PlanewrightError> {
  const names = await templateNames(folder)
  return new PlanewrightError('template', `There is no template ${reference}`, {
    where: { file },
    why: `It was looked for at ${file}.`,
    remedy:
      (names.length === 0 ? '' : `Templates by name: ${names.join(', ')}. `) +
      'A file of your own is given by a path with a slash in it, or ending in .hbs, .yaml or .yml, relative to the inventory.',
  })
}
