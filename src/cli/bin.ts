#!/usr/bin/env node
// No import and no top-level await: a Node that is too old for the command must still read this file and say
// so.

/** The oldest Node that runs the command; a test compares it with `engines` in package.json. */
const oldest = [22, 18] as const

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < oldest[0] || (major === oldest[0] && minor < oldest[1])) {
  console.error(
    `planewright needs Node.js ${oldest.join('.')} or newer, and this is Node.js ${process.versions.node}.`,
  )
  process.exitCode = 1
} else {
  void import('./main.ts')
}
