import { readdir, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { PlanewrightError } from '../error.ts'

/** One `-i`, resolved. */
export type InventorySource =
  | {
      readonly kind: 'files'
      /** The inventory files in the order in which they are read, as paths for messages. */
      readonly files: readonly string[]
      /** The folder with group_vars and host_vars, as a path for messages. */
      readonly folder: string
      /** The same folder as an absolute path. */
      readonly baseDirectory: string
    }
  | { readonly kind: 'list'; readonly hosts: readonly string[]; readonly baseDirectory: string }

/**
 * Names in an inventory folder that Ansible does not read (ansible-core 2.19: inventory/manager.py, IGNORED;
 * config/base.yml, INVENTORY_IGNORE_EXTS; constants.py, REJECT_EXTS). Files ending in .ini are not among
 * them: planewright refuses them because of their content, so that no host is silently missing.
 */
const ignored =
  /^\.|^(?:host_vars|group_vars|vars_plugins)$|~$|\.(?:pyc|pyo|swp|bak|rpm|md|txt|rst|orig|cfg|retry)$/

/**
 * Resolves an `-i`: a file, a folder of files, or a list of hosts with a comma in it.
 *
 * @throws PlanewrightError `usage` when there is no such file, `inventory` when a folder has nothing to read
 */
export async function findSource(reference: string): Promise<InventorySource> {
  const found = await stat(reference).catch(() => undefined)
  if (found === undefined) {
    if (reference.includes(',')) return listSource(reference)
    throw notFound(reference)
  }
  if (!found.isDirectory()) {
    return {
      kind: 'files',
      files: [reference],
      folder: dirname(reference),
      baseDirectory: resolve(dirname(reference)),
    }
  }
  const files = await filesIn(reference)
  if (files.length === 0) throw nothingIn(reference)
  return { kind: 'files', files, folder: reference, baseDirectory: resolve(reference) }
}

function listSource(reference: string): InventorySource {
  const hosts = reference
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '')
  return { kind: 'list', hosts, baseDirectory: resolve('.') }
}

/** All files below a folder that Ansible would read, in the order of their names. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => !ignored.test(name)).sort()
  const files: string[] = []
  for (const name of names) {
    const path = join(folder, name)
    if ((await stat(path)).isDirectory()) files.push(...(await filesIn(path)))
    else files.push(path)
  }
  return files
}

function notFound(reference: string): PlanewrightError {
  return new PlanewrightError('usage', `there is no inventory ${reference}`, {
    where: { file: reference },
    remedy: `Correct the path after -i. A list of hosts needs a comma, even for one host: -i ${reference},`,
  })
}

function nothingIn(folder: string): PlanewrightError {
  return new PlanewrightError('inventory', `there is no inventory file in the folder ${folder}`, {
    where: { file: folder },
    why: 'planewright ignores hidden files, backups and the folders group_vars and host_vars, as Ansible does.',
    remedy: 'Put a file hosts.yaml into it.',
  })
}
