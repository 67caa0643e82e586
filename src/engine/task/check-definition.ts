import { posix } from 'node:path'
import { PlanewrightError } from '../../error.ts'

/**
 * Refuses a task without a name: reports, facts and variables refer to it by name.
 *
 * @throws PlanewrightError `internal`: a task is wrong.
 */
export function checkTaskName(name: string): void {
  if (name.trim() !== '') return
  throw new PlanewrightError('internal', 'a task has no name', {
    remedy: 'Give it one that says what it is about: audit policy.',
  })
}

/**
 * Refuses a path on a host that is not absolute, or not in its shortest form: facts are looked up by path.
 *
 * @throws PlanewrightError `internal`: a task is wrong.
 */
export function checkPath(path: string): void {
  if (posix.isAbsolute(path) && posix.resolve(path) === path) return
  const fault = posix.isAbsolute(path) ? 'in its shortest form' : 'absolute'
  throw new PlanewrightError('internal', `the path ${JSON.stringify(path)} is not ${fault}`, {
    why: 'A path on a host begins with / and has no . or .. in it, no // and no / at its end.',
    remedy: 'Correct it in the task, or declare the parameter that it comes from as AbsolutePath.',
  })
}

const read = 4
const write = 2
const highest = 0o7777

/** Whether a class (owner, group, others) may write but not read. */
function writesBlindly(bits: number): boolean {
  return (bits & write) !== 0 && (bits & read) === 0
}

function isSensible(mode: number, kind: 'file' | 'directory'): boolean {
  if (!Number.isInteger(mode) || mode < 0 || mode > highest) return false
  const [owner, group, others] = [(mode >> 6) & 7, (mode >> 3) & 7, mode & 7]
  const isOwnersToo = (group & ~owner) === 0 && (others & ~owner) === 0
  // A directory may be a drop box, where others put files that they cannot list.
  const isReadable = kind === 'directory' || ![owner, group, others].some(writesBlindly)
  return isOwnersToo && isReadable && (owner & read) !== 0
}

/**
 * Refuses a mode that nobody means. Mostly it is in decimal digits, as `644` (which is `0o1204`) for `0o644`.
 *
 * @throws PlanewrightError `internal`: a task is wrong.
 */
export function checkMode(mode: number, kind: 'file' | 'directory', path: string): void {
  if (isSensible(mode, kind)) return
  const isOctalText = /^[0-7]{3,4}$/.test(String(mode))
  throw new PlanewrightError('internal', `the mode ${mode} of a ${kind} is odd`, {
    where: { path },
    why: Number.isInteger(mode)
      ? `In octal it is 0o${mode.toString(8)}: the owner may do less than others, or cannot read.`
      : 'It is no whole number.',
    remedy: isOctalText
      ? `Did you mean 0o${mode}? A mode is written in octal.`
      : 'Write it in octal, as 0o644.',
  })
}
