import { PlanewrightError } from '../../error.ts'
import { editedPatch } from '../../guard/precondition.ts'
import type { Change, DirectoryChange, FileState } from '../../host/change.ts'
import type { FileFact, Ownership } from '../../host/fact.ts'
import type { HostReader } from '../../host/host-reader.ts'
import { stateOf, type DirectoryTarget, type Target } from './rollback-targets.ts'

function isOwnedAs(fact: Ownership, wanted: Ownership): boolean {
  return fact.mode === wanted.mode && fact.owner === wanted.owner && fact.group === wanted.group
}

function isAs(fact: FileFact, wanted: FileState | undefined): boolean {
  if (wanted === undefined) return fact.type === 'absent'
  return fact.type === 'regular' && fact.sha256 === wanted.sha256 && isOwnedAs(fact, wanted)
}

/**
 * The error for a file that somebody edited. No edit is lost: the error shows it, compared with what the
 * transaction left.
 */
async function editedSince(reader: HostReader, target: Target, fact: FileFact): Promise<PlanewrightError> {
  const { path, wanted, sensitive, written, backup } = target
  const left = await reader.file(written)
  const why = () => {
    if (fact.type === 'absent') return 'it is no longer there'
    if (fact.type !== 'regular') return 'something else stands there now'
    if (sensitive) return undefined
    const before = left.type === 'regular' ? left.content.toString('utf8') : ''
    return editedPatch(path, before, fact.content.toString('utf8'))
  }
  const words = why()
  const kept = wanted === undefined ? '' : ` What stood there before is kept in ${backup}.`
  return new PlanewrightError('precondition', `${path} was edited since: a rollback would lose that`, {
    where: { path },
    ...(words === undefined ? {} : { why: words }),
    remedy: `Nothing was written. Run apply, which keeps what others wrote, or put the file right by hand.${kept}`,
  })
}

/** The change that restores a file, or removes it; none if the file is already as it was. */
export async function changeOf(
  reader: HostReader,
  target: Target,
  fact: FileFact,
  task: string,
): Promise<readonly Change[]> {
  const { path, wanted, left, sensitive, stagedIn } = target
  if (isAs(fact, wanted)) return []
  const now = fact.type === 'regular' ? fact.sha256 : undefined
  if ((fact.type !== 'regular' && fact.type !== 'absent') || now !== left)
    throw await editedSince(reader, target, fact)
  const base = { task, path, sensitive, stagedIn }
  const before = fact.type === 'regular' ? stateOf(fact, fact) : null
  if (wanted !== undefined)
    return [{ kind: 'file', ...base, differences: [{ kind: 'rolled-back' }], before, after: wanted }]
  if (before === null) return []
  return [{ kind: 'removal', ...base, differences: [{ kind: 'not-there-before' }], before, after: null }]
}

/**
 * Restores a directory's old mode and owner. If somebody removed the directory meanwhile, it need not come
 * back for this.
 */
export function directoryChange(
  { path, wanted }: DirectoryTarget,
  fact: FileFact,
  task: string,
): readonly DirectoryChange[] {
  if (fact.type !== 'directory' || wanted === undefined || isOwnedAs(fact, wanted)) return []
  const { mode, owner, group } = fact
  const differences = [{ kind: 'ownership-rolled-back' }] as const
  return [{ kind: 'directory', task, path, differences, before: { mode, owner, group }, after: wanted }]
}
