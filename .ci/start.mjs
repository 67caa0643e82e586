// Starts one of the project's own scripts from any state of the checkout. It first installs node_modules if they are
// missing or do not match package-lock.json. Then it runs the script with the Node in node_modules (.ci/node).
// This file is plain JavaScript because the system's Node runs it, and that may be too old to read TypeScript.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.dirname(import.meta.dirname)
const bin = path.join(root, 'node_modules', '.bin')
const stamp = path.join(root, 'node_modules', '.planewright-installed')

function install() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  // An interrupted `npm pack` leaves this file, and npm would use it in place of package-lock.json.
  rmSync(path.join(root, 'npm-shrinkwrap.json'), { force: true })
  console.error('planewright: installing the packages of package-lock.json (npm ci), once')
  const result = spawnSync('npm', ['ci', '--loglevel=error', '--no-progress'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (result.status !== 0) {
    console.error(
      `planewright: npm ci failed:\n${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`,
    )
    process.exit(1)
  }
  writeFileSync(stamp, lock)
}

/** The Node in node_modules. If there is none for this platform: the system's Node, if it can read TypeScript. */
function findNode() {
  const installed = path.join(bin, 'node')
  if (existsSync(installed)) return installed
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  console.error(
    `planewright: .ci/node has no Node for ${process.platform} on ${process.arch}: install Node.js 24, this is ${process.versions.node}`,
  )
  process.exit(1)
}

install()
const [script, ...args] = process.argv.slice(2)
const child = spawn(findNode(), [path.join(root, script), ...args], {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` },
})
// A terminal sends Ctrl-C to the whole process group. The child decides how to end; this process waits for it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)))
