// Builds dist/: the library of src/ and tasks/ with its types, the command, and the scripts that run on hosts.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, globSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { bundleCommand } from './bundle.ts'

const root = path.dirname(import.meta.dirname)
const dist = path.join(root, 'dist')
// Built elsewhere and moved to dist when it is whole: whoever runs the old one meanwhile does not fall over it.
const fresh = mkdtempSync(path.join(root, 'node_modules', '.planewright-dist-'))

function compile(): boolean {
  const tsc = path.join(root, 'node_modules', '.bin', 'tsc')
  const { status } = spawnSync(tsc, ['-p', 'tsconfig.build.json', '--outDir', fresh], {
    cwd: root,
    // What a packing npm prints on stdout is its own; the compiler's words are for people.
    stdio: ['ignore', 2, 2],
  })
  return status === 0
}

async function build(): Promise<boolean> {
  if (!compile()) return false
  for (const script of globSync('src/**/*.sh', { cwd: root })) {
    cpSync(path.join(root, script), path.join(fresh, script))
  }
  await bundleCommand(fresh)
  chmodSync(path.join(fresh, 'src', 'cli', 'main.js'), 0o755)
  // As any other folder: mkdtemp's are the owner's alone.
  chmodSync(fresh, 0o755)
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
  return true
}

try {
  process.exitCode = (await build()) ? 0 : 1
} finally {
  rmSync(fresh, { recursive: true, force: true })
}
