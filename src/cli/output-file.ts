// Synchronous: a report is also written when the process is about to end, and then nothing can be awaited.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { PlanewrightError, resolveLocalPath } from '../index.ts'

/** What a file is, and who may read it. */
interface OutputKind {
  /** The file's name in messages. */
  readonly what: string
  readonly mode: number
}

/** Everybody may read it: node_exporter and a CI service's agent are other users. */
export const reportFile: OutputKind = { what: 'the report', mode: 0o644 }

/** Nobody else needs it, and its digests may be of secrets. */
export const planFile: OutputKind = { what: 'the plan', mode: 0o600 }

/** The path to rename a file to. There may be nothing or a regular file there, but nothing else. */
function placeOf(file: string): string {
  const place = resolveLocalPath(file, process.cwd())
  // A rename over /dev/null would replace the device by a file. A link may be another person's, and lead
  // anywhere.
  if (lstatSync(place, { throwIfNoEntry: false })?.isFile() === false) {
    throw new Error('Something else than a regular file is at this path.')
  }
  return place
}

/** Makes a file next to the place and does something with it. If that fails, the file is removed. */
function withFileBeside(
  place: string,
  mode: number,
  use: (beside: string, descriptor: number) => void,
): void {
  // A name that no reader of the folder looks for: node_exporter reads every *.prom.
  const beside = path.join(path.dirname(place), `.planewright-${randomBytes(6).toString('hex')}.tmp`)
  const descriptor = openSync(beside, 'wx', mode)
  try {
    use(beside, descriptor)
  } finally {
    closeSync(descriptor)
    rmSync(beside, { force: true })
  }
}

function orRefuse(file: string, { what }: OutputKind, action: () => void): void {
  try {
    action()
  } catch (cause) {
    throw new PlanewrightError('usage', `${what} cannot be written to ${file}`, {
      why: cause instanceof Error ? cause.message : String(cause),
      remedy: 'Give a file in a folder that exists and that you can write to.',
      cause,
    })
  }
}

/**
 * Checks that {@link writeOutputFile} can write there: it makes a file next to the place and removes it
 * again.
 *
 * @throws PlanewrightError `usage`
 */
export function checkOutputFile(file: string, kind: OutputKind): void {
  orRefuse(file, kind, () => {
    withFileBeside(placeOf(file), kind.mode, () => undefined)
  })
}

/**
 * Writes a whole file at once: a reader sees the old text or the new one, also after a crash of the machine.
 * If it fails, the old file stays, and nothing else is left behind.
 *
 * @throws PlanewrightError `usage`
 */
export function writeOutputFile(file: string, kind: OutputKind, text: string): void {
  orRefuse(file, kind, () => {
    const place = placeOf(file)
    withFileBeside(place, kind.mode, (beside, descriptor) => {
      writeFileSync(descriptor, text)
      // Whatever the umask is.
      fchmodSync(descriptor, kind.mode)
      fsyncSync(descriptor)
      renameSync(beside, place)
    })
  })
}
