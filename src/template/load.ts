import { access } from 'node:fs/promises'
import { PlanewrightError } from '../error.ts'
import { resolveLocalPath } from '../inventory/local-path.ts'
import { readTextFile } from '../inventory/text-file.ts'
import { shippedTemplates } from './shipped.ts'

/** A template before it is rendered. */
export interface Template {
  /**
   * Absolute path. For a template that comes with planewright: its path in the package,
   * `planewright/templates/…`.
   */
  readonly file: string
  readonly source: string
  /** `handlebars` is rendered with the host's variables; `plain` is used as it is. */
  readonly kind: 'handlebars' | 'plain'
}

/**
 * Finds a template. A bare name, such as `preempt-k8s`, is a template that comes with planewright. Anything
 * with a slash, or ending in .hbs, .yaml or .yml, is a path.
 *
 * @param baseDirectory - what a relative path is relative to: the folder of the inventory that names it
 * @throws PlanewrightError `template` naming the templates that exist, or the path that it looked at
 */
export async function loadTemplate(reference: string, baseDirectory: string): Promise<Template> {
  const isPath = reference.includes('/') || /\.(?:hbs|ya?ml)$/.test(reference)
  return isPath ? loadFile(reference, baseDirectory) : findShipped(reference)
}

async function loadFile(reference: string, baseDirectory: string): Promise<Template> {
  const file = resolveLocalPath(reference, baseDirectory)
  if (!(await isThere(file))) throw notFound(reference, `There is no file ${file}.`, { file })
  const source = await readTextFile(file, { kind: 'template', code: 'template' })
  return { file, source, kind: file.endsWith('.hbs') ? 'handlebars' : 'plain' }
}

function findShipped(name: string): Template {
  const source = shippedTemplates.get(name)
  if (source === undefined) throw notFound(name, 'planewright has no built-in template of this name.', {})
  return { file: `planewright/templates/${name}.yaml.hbs`, source, kind: 'handlebars' }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function notFound(reference: string, why: string, where: { readonly file?: string }): PlanewrightError {
  return new PlanewrightError('template', `there is no template ${reference}`, {
    where,
    why,
    remedy:
      `The built-in templates are ${[...shippedTemplates.keys()].join(', ')}. ` +
      'To use your own file, give a path that has a slash, or that ends in .hbs, .yaml or .yml. A relative path starts at the folder of the inventory.',
  })
}
