import { PlanewrightError } from '../../error.ts'
import type { Change } from '../../host/change.ts'
import type { ProcessesFact } from '../../host/fact.ts'

function names(word: string, path: string): boolean {
  return word === path || word.endsWith(`=${path}`)
}

/**
 * Refuses to remove a file that a running program names on its command line, unless the same changes restart
 * the program. Otherwise the program would go on, and fail at its next start. This happens with a policy that
 * was there before the host became a control plane: its pod mounts it at the same path
 * (tasks/audit-flags.ts).
 *
 * @throws PlanewrightError `host` for the first such file.
 */
export function checkUnused(changes: readonly Change[], { name, processes }: ProcessesFact): void {
  const isRestarted = changes.some((change) => change.kind === 'restart' && change.component === name)
  if (isRestarted) return
  for (const { path } of changes.filter(({ kind }) => kind === 'removal')) {
    const user = processes.find(({ argv }) => argv.some((word) => names(word, path)))
    if (user === undefined) continue
    throw new PlanewrightError('host', `${path} would go, and ${name} would not start again without it`, {
      where: { path },
      why: `the running ${name} (process ${user.pid}) has it on its command line, and nothing of this would restart it`,
      remedy: `Nothing was written. The host has come to need it since: leave it there, or take the flag out first.`,
    })
  }
}
