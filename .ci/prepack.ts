// npm pack and npm publish run this first. It builds dist/ and writes npm-shrinkwrap.json. `postpack` in package.json
// removes that file again, because in a checkout npm would use it in place of package-lock.json.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import './build.ts'

interface Locked {
  readonly dev?: true
  /** A folder of the checkout (.ci/node), which only developers have. */
  readonly link?: true
  readonly devDependencies?: unknown
}

const root = path.dirname(import.meta.dirname)
const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
  readonly packages: Readonly<Record<string, Locked>>
}

/**
 * The packages that npm installs with planewright, in the versions that this checkout was tested with. npm installs these
 * versions if the registry lists npm-shrinkwrap.json. zod is not among them. npm would install it below planewright, as a
 * second copy beside the user's own, with types that TypeScript takes for different ones.
 */
const packages = Object.entries(lock.packages)
  .filter(([, { dev, link }]) => dev !== true && link !== true)
  .map(([place, locked]) => [place, { ...locked, devDependencies: undefined }] as const)

writeFileSync(
  path.join(root, 'npm-shrinkwrap.json'),
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, undefined, 2)}\n`,
)
