import { readFile } from 'node:fs/promises'
import { processScript } from '../../src/host/process-script.ts'

async function read(name: string): Promise<string> {
  return readFile(new URL(`../../src/guard/${name}`, import.meta.url), 'utf8')
}

/** What the guard's own script stands behind: functions alone, for a test that calls some of them. */
export const guardParts: readonly string[] = [
  processScript,
  ...(await Promise.all(['reason.sh', 'files.sh', 'state.sh', 'static-pod.sh'].map(read))),
]

const guard = await read('guard.sh')

/** The functions of the guard's own script, without what it does with them. */
export const guardFunctions = guard.slice(guard.indexOf('# finish:'), guard.indexOf('is_rebooted=no\n'))
