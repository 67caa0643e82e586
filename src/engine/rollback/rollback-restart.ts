import type { KeptTransaction } from '../../guard/history.ts'
import type { RestartChange } from '../../host/change.ts'
import type { HostReader } from '../../host/host-reader.ts'
import { hostPathOf } from '../../manifest/host-path.ts'
import { flagValues } from '../../manifest/flags.ts'
import { readStaticPod, type StaticPod } from '../../manifest/static-pod.ts'
import { listeningAt } from '../plan/compare-static-pod.ts'
import { findProcess } from '../plan/static-pod-process.ts'
import type { ProofPlan } from '../values/host-plan.ts'
import type { SurveyedHost } from '../values/surveyed-host.ts'
import type { Target } from './rollback-targets.ts'

/** The program that a proof is about. */
export const componentOfProof = 'kube-apiserver'

/** The manifests among the targets, each with the program that its transaction restarted. */
export function findRestarts(files: readonly Target[], chosen: readonly KeptTransaction[]) {
  const found = chosen.flatMap(({ restart, changes }) => {
    const path = changes.find((change) => change.number === restart?.manifest)?.path
    const manifest = files.find((target) => target.path === path)
    return restart === undefined || manifest === undefined ? [] : [{ component: restart.component, manifest }]
  })
  return [...new Map(found.map((one) => [one.manifest.path, one])).values()]
}

/** The flags that the old manifest has once, and in one line: the new process must have them. */
function flagsOf({ container }: StaticPod): Readonly<Record<string, string>> {
  const argv = [...container.command, ...container.args]
  const names = argv.flatMap((word) => /^--([^=\n]+)=/.exec(word)?.[1] ?? [])
  return Object.fromEntries(
    names.flatMap((name) => {
      const [value = '', ...others] = flagValues(argv, name)
      return others.length > 0 || value.includes('\n') ? [] : [[name, value]]
    }),
  )
}

/** The restart that follows from an old manifest; none if there was no manifest. */
export async function restartOf(
  reader: HostReader,
  host: SurveyedHost,
  { path, wanted }: Target,
  component: string,
  task: string,
): Promise<RestartChange | undefined> {
  if (wanted === undefined) return undefined
  const pod = readStaticPod(wanted.content, component, { path })
  const running = findProcess(await reader.processes(component, []), [
    ...pod.container.command,
    ...pod.container.args,
  ])
  return {
    kind: 'restart',
    task,
    path,
    component,
    differences: [{ kind: 'manifest-rolled-back' }],
    before: running === undefined ? null : { pid: running.pid, startTicks: running.startTicks },
    kubeletAtWork: false,
    listens: listeningAt(pod.container, component, host.target.address),
    flags: flagsOf(pod),
  }
}

/** How to prove the old manifest; null if its audit logging cannot be proven. */
export async function proofOf(
  reader: HostReader,
  host: SurveyedHost,
  { path, wanted }: Target,
  targets: readonly Target[],
): Promise<ProofPlan | null> {
  if (wanted === undefined) return null
  const pod = readStaticPod(wanted.content, componentOfProof, { path })
  const argv = [...pod.container.command, ...pod.container.args]
  const onHost = (flag: string) => {
    const inside = flagValues(argv, flag).at(-1)
    return inside === undefined ? undefined : hostPathOf(pod, inside)
  }
  const [policyFile, logFile] = [onHost('audit-policy-file'), onHost('audit-log-path')]
  if (policyFile === undefined || logFile === undefined) return null
  const target = targets.find((one) => one.path === policyFile)
  const fact = await reader.file(policyFile)
  const policy =
    target?.wanted?.content ?? (fact.type === 'regular' ? fact.content.toString('utf8') : undefined)
  if (policy === undefined) return null
  return {
    policy,
    policyFile,
    logFile,
    apiserver: listeningAt(pod.container, componentOfProof, host.target.address),
  }
}
