// Written at once: a report is also written on the way out, when nothing can be awaited any more.
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

/** What a file is to those who read it. */
interface OutputKind {
  /** As messages call it. */
  readonly what: string
  readonly mode: number
}

/** Everyone may read it: node_exporter and a CI service's agent are other users. */
export const reportFile: OutputKind = { what: 'the report', mode: 0o644 }

/** Nobody else needs it, and its digests may be of secrets. */
export const planFile: OutputKind = { what: 'the plan', mode: 0o600 }

/** Where a rename may put a file: over none or another one, and over nothing else that stands there. */
function placeOf(file: string): string {
  const place = resolveLocalPath(file, process.cwd())
  // Over /dev/null it would leave a file and no device. A link may be somebody else's, and lead anywhere.
  if (lstatSync(place, { throwIfNoEntry: false })?.isFile() === false) {
    throw new Error('Something else than a regular file is at this path.')
  }
  return place
}

/** Makes a file beside the place and does something with it; it does not stay where that fails. */
function withFileBeside(
  place: string,
  mode: number,
  use: (beside: string, descriptor: number) => void,
): void {
  // No name that a reader of the folder would look for: node_exporter takes every *.prom.
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
 * Finds out whether {@link writeOutputFile} can write there, by making a file beside it and taking it away again.
 *
 * @throws PlanewrightError `usage`
 */
export function checkOutputFile(file: string, kind: OutputKind): void {
  orRefuse(file, kind, () => {
    withFileBeside(placeOf(file), kind.mode, () => undefined)
  })
}

/**
 * Writes a file as a whole: whoever reads it meanwhile has the old text or the new one, and after a crash of the
 * machine one of the two is there. Where it fails the old one stays, and nothing else is left.
 *
 * @throws PlanewrightError `usage`
 */
export function writeOutputFile(file: string, kind: OutputKind, text: string): void {
  orRefuse(file, kind, () => {
    const place = placeOf(file)
    withFileBeside(place, kind.mode, (beside, descriptor) => {
      writeFileSync(descriptor, text)
      // Whatever the umask says.
      fchmodSync(descriptor, kind.mode)
      fsyncSync(descriptor)
      renameSync(beside, place)
    })
  })
}
