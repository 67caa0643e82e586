import { differenceText } from '../../difference/difference.ts'
import type { Change, RestartChange } from '../../host/change.ts'
import { causeOfDirectory, causeOfFile } from './cause-of-file.ts'
import { stampOf, timeOf, type Cause, type Known } from './cause.ts'
import type { Evidence } from './evidence.ts'

/** A restart that is due although the manifest is right: only the process does not match the files. */
function staleRestart(path: string, { changes }: Evidence): RestartChange | undefined {
  const restarts = changes.filter((change) => change.kind === 'restart')
  return restarts.find(
    (one) => one.path === path && !one.differences.some(({ kind }) => kind === 'manifest-changes'),
  )
}

function causeOfRestart(
  { component, path, differences }: RestartChange,
  { files, processes }: Evidence,
): Known | undefined {
  const running = processes.get(component)
  if (running === undefined) return undefined
  const started = `it started at ${timeOf(running.started)}`
  const fact = files.get(path)
  const written = fact?.type === 'regular' ? fact.modified : undefined
  const words =
    written !== undefined && written > running.started
      ? `process older than manifest: ${started}; the manifest is of ${timeOf(written)}`
      : `process not of the files as they are: ${started}; ${differences.map(differenceText).join('; ')}`
  return { cause: 'process-older', words }
}

function causeOf(change: Change, evidence: Evidence): Known | undefined {
  switch (change.kind) {
    case 'file': {
      // Such a manifest is written again only to restart the process.
      const stale = staleRestart(change.path, evidence)
      const known = stale === undefined ? undefined : causeOfRestart(stale, evidence)
      return known ?? causeOfFile(change, evidence)
    }
    case 'directory':
      return causeOfDirectory(change, evidence)
    case 'restart': {
      // A restart that follows from a new manifest has the manifest's cause.
      const isAlone = !evidence.changes.some((one) => one.kind === 'file' && one.path === change.path)
      return isAlone ? causeOfRestart(change, evidence) : undefined
    }
    case 'removal':
      return undefined
  }
}

/** Why a host differs: a cause for each change, if it is known. Pure. */
export function causesOf(evidence: Evidence): readonly Cause[] {
  return evidence.changes.flatMap((change) => {
    const known = causeOf(change, evidence)
    return known === undefined
      ? []
      : [{ path: change.path, ...known, file: stampOf(evidence.files.get(change.path)) }]
  })
}
