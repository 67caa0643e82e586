// Builds dist/: the library with its types, and the command.
import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { bundleCode, bundleTypes } from './bundle.ts'
import { licences } from './licences.ts'

const root = path.dirname(import.meta.dirname)
const dist = path.join(root, 'dist')
// The build writes to a temporary folder and renames it to dist at the end, so a running command never sees half a build.
const fresh = mkdtempSync(path.join(root, 'node_modules', '.planewright-dist-'))

try {
  const [modules] = await Promise.all([bundleCode(fresh), bundleTypes(fresh)])
  writeFileSync(path.join(fresh, 'THIRD-PARTY-LICENSES.txt'), licences(modules))
  chmodSync(path.join(fresh, 'bin.js'), 0o755)
  // mkdtemp makes a folder that only its owner can read (0700).
  chmodSync(fresh, 0o755)
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
