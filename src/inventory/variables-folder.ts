import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { PlanewrightError } from '../error.ts'
import { readTextFile } from './text-file.ts'
import { overlayVariables, type Variables } from './variable.ts'
import { readVariablesText } from './variables.ts'

/** No ending comes first, as in Ansible (ansible-core 2.19, parsing/dataloader.py, find_vars_files). */
const endings = ['', '.yml', '.yaml', '.json']

/** A group_vars or host_vars folder. Its files are read when somebody asks for them. */
export interface VariablesFolder {
  /** The variables of a group or host; none if no file has its name. */
  read(name: string): Promise<Variables>
}

/**
 * Opens a group_vars or host_vars folder; one that does not exist has no variables.
 *
 * @param baseDirectory - what relative paths in the variables are relative to
 */
export async function openVariablesFolder(folder: string, baseDirectory: string): Promise<VariablesFolder> {
  const names = new Set(await readdir(folder).catch(() => []))
  const readings = new Map<string, Promise<Variables>>()
  return {
    read(name) {
      const known = readings.get(name)
      if (known !== undefined) return known
      const reading = readNamed(folder, names, name, baseDirectory)
      readings.set(name, reading)
      return reading
    },
  }
}

async function readNamed(
  folder: string,
  names: ReadonlySet<string>,
  name: string,
  baseDirectory: string,
): Promise<Variables> {
  const found = endings.map((ending) => name + ending).filter((candidate) => names.has(candidate))
  const [first, second] = found
  if (first === undefined) return new Map()
  if (second !== undefined) throw ambiguous(folder, first, second)
  const layers: Variables[] = []
  for (const file of await filesAt(join(folder, first))) {
    const text = await readTextFile(file, { kind: 'variables file', code: 'inventory' })
    layers.push(readVariablesText(text, file, baseDirectory))
  }
  return overlayVariables(layers)
}

async function filesAt(path: string): Promise<readonly string[]> {
  return (await stat(path)).isDirectory() ? filesBelow(path) : [path]
}

/** The files of a folder that stands in place of one file, sorted by name. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.') && !name.endsWith('~')).sort()
  const files: string[] = []
  for (const name of names) {
    const path = join(folder, name)
    const isFolder = (await stat(path)).isDirectory()
    if (isFolder && extname(name) === '') files.push(...(await filesBelow(path)))
    else if (!isFolder && endings.includes(extname(name))) files.push(path)
  }
  return files
}

/** Ansible would take the first one, and silently ignore the other. */
function ambiguous(folder: string, first: string, second: string): PlanewrightError {
  return new PlanewrightError('inventory', `${folder} has both ${first} and ${second}`, {
    where: { file: join(folder, second) },
    why: `Ansible reads ${first} only, and ignores ${second}.`,
    remedy: `Move the variables from ${second} to ${first}, or remove ${second}.`,
  })
}
