import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { PlanewrightError } from '../../src/error.ts'
import { type Inventory, loadInventory } from '../../src/inventory/inventory.ts'
import type { Variables } from '../../src/inventory/variable.ts'

/** The contents of files, by their paths in the folder. */
export type Files = Readonly<Record<string, string | Uint8Array>>

export const noVariables: Variables = new Map()

/** Writes files into a new folder, and returns the folder. It is removed when the test ends. */
export async function writeFiles(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'planewright-test-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  return folder
}

/** Writes files, and loads the inventory from the sources among them. */
export async function loadWritten(
  files: Files,
  sources: readonly string[] = ['hosts.yaml'],
  extraVariables: Variables = noVariables,
): Promise<Inventory> {
  const folder = await writeFiles(files)
  return loadInventory({ sources: sources.map((source) => join(folder, source)), extraVariables })
}

/** Loads the inventory from a hosts.yaml with this text. */
export async function loadText(text: string): Promise<Inventory> {
  return loadWritten({ 'hosts.yaml': text })
}

/** The values of a host's variables, without their sources. */
export function valuesOf(inventory: Inventory, host: string): Readonly<Record<string, unknown>> {
  const variables = inventory.hosts.find(({ name }) => name === host)?.variables ?? noVariables
  return Object.fromEntries([...variables].map(([name, { value }]) => [name, value]))
}

/** The PlanewrightError that an action throws. The test fails if it throws another error or none. */
export async function refusalOf(action: () => unknown): Promise<PlanewrightError> {
  try {
    await action()
  } catch (error) {
    if (error instanceof PlanewrightError) return error
    throw error
  }
  throw new Error('It was not refused.')
}
