// Builds dist/: the library with its types, and the command.
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { bundleCode, bundleTypes } from './bundle.ts'
import { licences } from './licences.ts'

const root = path.dirname(import.meta.dirname)
const dist = path.join(root, 'dist')
// Built elsewhere and moved to dist when it is whole: whoever runs the old one meanwhile does not fall over it.
const fresh = mkdtempSync(path.join(root, 'node_modules', '.planewright-dist-'))

try {
  const [modules] = await Promise.all([bundleCode(fresh), bundleTypes(fresh)])
  writeFileSync(path.join(fresh, 'THIRD-PARTY-LICENSES.txt'), licences(modules))
  chmodSync(path.join(fresh, 'bin.js'), 0o755)
  // As any other folder: mkdtemp's are the owner's alone.
  chmodSync(fresh, 0o755)
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
