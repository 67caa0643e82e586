import path from 'node:path'
import { quote } from '../../src/connection/shell.ts'
import type { Change } from '../../src/index.ts'

/** sh that writes a file in place, and makes its folder. */
export function put(file: string, content: string, mode: number): string {
  const base64 = Buffer.from(content).toString('base64')
  const name = quote(file)
  return [
    `mkdir -p ${quote(path.posix.dirname(file))}`,
    `printf %s ${base64} | base64 -d > ${name}`,
    `chmod ${mode.toString(8)} ${name}`,
  ].join('\n')
}

/** sh that performs a planned change without any of planewright's checks. */
export function perform(change: Change): string {
  switch (change.kind) {
    case 'directory': {
      const name = quote(change.path)
      return `mkdir -p ${name}\nchmod ${change.after.mode.toString(8)} ${name}`
    }
    case 'file':
      return put(change.path, change.after.content, change.after.mode)
    case 'removal':
      return `rm -f ${quote(change.path)}`
    case 'restart':
      return ''
  }
}
