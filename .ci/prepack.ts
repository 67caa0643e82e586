// What npm pack and npm publish do first: they build, and write npm-shrinkwrap.json, which goes again after that
// (postpack), as in a checkout npm would take it for the lock.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import './build.ts'

interface Locked {
  readonly dev?: true
  /** A folder of the checkout: only developers have any. */
  readonly link?: true
  readonly devDependencies?: unknown
}

const root = path.dirname(import.meta.dirname)
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>
}

/**
 * The versions that this checkout was tested with, of what is installed with the package: npm installs these, where a
 * registry says that they are there. zod is none of them: npm puts them below planewright, and there it would be
 * another one than the user's own, with other types.
 */
const packages = Object.entries(lock.packages)
  .filter(([, { dev, link }]) => dev !== true && link !== true)
  .map(([place, locked]) => [place, { ...locked, devDependencies: undefined }] as const)

writeFileSync(
  path.join(root, 'npm-shrinkwrap.json'),
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, undefined, 2)}\n`,
)
