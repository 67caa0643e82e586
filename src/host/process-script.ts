import { readFileSync } from 'node:fs'

/** Shell functions that look at a static pod's process, for scripts that wait for one. */
export const processScript = readFileSync(new URL('process.sh', import.meta.url), 'utf8')

/** Shell functions that look at that process's restart; they come after processScript. */
export const arrivalScript = readFileSync(new URL('arrival.sh', import.meta.url), 'utf8')
