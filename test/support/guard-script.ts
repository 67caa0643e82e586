import { readFile } from 'node:fs/promises'
import { guardParts as parts } from '../../src/guard/scripts.ts'

const guard = await readFile(new URL('../../src/guard/guard.sh', import.meta.url), 'utf8')

/** The guard's functions without its main program, for tests that call some of them. */
export const guardParts: readonly string[] = [
  ...parts,
  guard.slice(guard.indexOf('# finish:'), guard.indexOf('is_rebooted=no\n')),
]
