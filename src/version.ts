import { readFileSync } from 'node:fs'
import path from 'node:path'

// Read by hand, without a schema: `--version` and `--help` load this module, and have to be there at once.
function parsePackage(text: string): { readonly name?: unknown; readonly version?: unknown } {
  const parsed: unknown = JSON.parse(text)
  return typeof parsed === 'object' && parsed !== null ? parsed : {}
}

/** The package's folder: one level up from the sources in a checkout, two in the built package. */
function readPackage(folder: string): string {
  try {
    const { name, version } = parsePackage(readFileSync(path.join(folder, 'package.json'), 'utf8'))
    if (name === 'planewright' && typeof version === 'string') return version
  } catch {
    // No package.json here: it is further up.
  }
  return readPackage(path.dirname(folder))
}

/** The version in package.json. */
export const version = readPackage(path.dirname(import.meta.dirname))
