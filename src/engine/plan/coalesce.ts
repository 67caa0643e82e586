import type { Change, DirectoryChange, FileChange } from '../../host/change.ts'

type Written = Exclude<Change, { readonly kind: 'restart' }>

function isFile(change: Written): change is FileChange {
  return change.kind === 'file'
}

function isDirectory(change: Written): change is DirectoryChange {
  return change.kind === 'directory'
}

/** Joins two changes of one path: from what the first one found to what the last one leaves. */
function join(first: Written, last: Written): Written | undefined {
  if (isFile(first) && isFile(last)) {
    const sensitive = first.sensitive || last.sensitive
    return {
      ...last,
      before: first.before,
      sensitive,
      differences: [...first.differences, ...last.differences],
    }
  }
  if (isDirectory(first) && isDirectory(last)) {
    return { ...last, before: first.before, differences: [...first.differences, ...last.differences] }
  }
  return undefined
}

/**
 * Joins changes so that each path has only one. Tasks may build on each other's results, but a host must
 * never see an intermediate state: the kubelet would act on it. A file is written at its last change's place
 * in the order, a directory is made at its first change's place.
 */
export function coalesce(changes: readonly Written[]): readonly Written[] {
  const result: Written[] = []
  for (const change of changes) {
    const index = result.findIndex(({ path, kind }) => path === change.path && kind === change.kind)
    const earlier = result[index]
    const joined = earlier === undefined ? undefined : join(earlier, change)
    if (joined === undefined) result.push(change)
    else if (joined.kind === 'directory') result[index] = joined
    else {
      result.splice(index, 1)
      result.push(joined)
    }
  }
  return result
}
