import { PlanewrightError, toPlanewrightError } from '../../error.ts'
import type { Change } from '../../host/change.ts'
import { checkUntouched } from './check-untouched.ts'
import { beside, compareDirectory, compareFile } from './compare-file.ts'
import { compareStaticPod, listeningAt } from './compare-static-pod.ts'
import type { Desired, DesiredAuditProof, DesiredStaticPod, DesiredTemplate } from '../task/desired.ts'
import type { HostPlan, ProofPlan } from '../values/host-plan.ts'
import { observe } from './observe.ts'
import type { Observed } from '../values/observed.ts'
import { factsIn, Overlay } from './overlay.ts'
import { Readings } from './readings.ts'
import type { StaticPodFacts } from '../task/static-pod-facts.ts'
import type { SurveyedHost } from '../values/surveyed-host.ts'
import type { Task } from '../task/task.ts'

interface Draft {
  readonly surveyed: SurveyedHost
  readonly overlay: Overlay
  readonly readings: Readings
  readonly changes: Change[]
  readonly warnings: string[]
  provable: ProofPlan | null
  observed: Observed | undefined
  apiserver: HostPlan['apiserver']
}

function render(desired: DesiredTemplate, draft: Draft): string {
  const loaded = draft.surveyed.templates.get(desired.template)
  if (loaded === undefined) {
    throw new PlanewrightError('internal', `the template ${desired.template} was not loaded`, {
      remedy: 'In the task, declare the parameter for the template with the type TemplateReference.',
    })
  }
  const { file, source, kind } = loaded
  const { readings, surveyed } = draft
  const text = kind === 'plain' ? source : readings.render(loaded, surveyed.variables)
  draft.warnings.push(...readings.check(desired.check, text, { file }))
  return text
}

function text(task: string, path: string, draft: Draft): string {
  const fact = draft.overlay.file(path)
  if (fact?.type === 'regular') return fact.content.toString('utf8')
  throw new PlanewrightError(
    'internal',
    `the task needs ${path}, but no earlier task gathers it or makes it`,
    {
      where: { task, path },
    },
  )
}

function planProof(task: string, desired: DesiredAuditProof, draft: Draft): ProofPlan {
  const { manifest, policyFile, logFile } = desired
  const pod = draft.readings.pod(text(task, manifest, draft), 'kube-apiserver', { path: manifest })
  const apiserver = listeningAt(pod.container, 'kube-apiserver', draft.surveyed.target.address)
  return { policy: text(task, policyFile, draft), policyFile, logFile, apiserver }
}

function isStaticPodFacts(value: unknown): value is StaticPodFacts {
  return typeof value === 'object' && value !== null && 'manifest' in value && 'folder' in value
}

function podFacts(task: Task, path: string, draft: Draft): StaticPodFacts {
  for (const value of Object.values(draft.surveyed.gathered.get(task.name) ?? {})) {
    if (isStaticPodFacts(value) && value.manifest.path === path) return value
  }
  throw new PlanewrightError('internal', `the task plans the static pod ${path}, but did not gather it`, {
    where: { task: task.name, path },
    remedy: 'Gather it in the task: gather: (host) => ({ pod: gatherStaticPod(host, { … }) }).',
  })
}

/** Records the settings that are there now, whatever is planned; nothing if the manifest cannot be read. */
function observePod({ path, component, checksums }: DesiredStaticPod, draft: Draft): void {
  const { overlay, readings, surveyed } = draft
  const found = overlay.found(path)
  if (found?.type !== 'regular') return
  const manifest = found.content.toString('utf8')
  const files = Object.values(checksums).flatMap((file) => overlay.found(file) ?? [])
  const pod = readings.pod(manifest, component, { path })
  draft.observed = { ...draft.observed, ...observe(manifest, pod, files, surveyed.target.address) }
  if (component === 'kube-apiserver') draft.apiserver = { path, manifest }
}

function compare(task: Task, desired: Desired, draft: Draft): readonly (Change | undefined)[] {
  const { overlay, surveyed } = draft
  const content = [{ kind: 'content' }] as const
  switch (desired.desired) {
    case 'directory':
      return [compareDirectory(task.name, desired, overlay)]
    case 'file':
      return [compareFile(task.name, { ...desired, stagedIn: beside(desired.path) }, content, overlay)]
    case 'template': {
      const wanted = { ...desired, content: render(desired, draft), sensitive: false }
      return [compareFile(task.name, { ...wanted, stagedIn: beside(desired.path) }, content, overlay)]
    }
    case 'static-pod': {
      const facts = podFacts(task, desired.path, draft)
      const changes = compareStaticPod(task.name, desired, facts, surveyed, draft)
      observePod(desired, draft)
      return changes
    }
    case 'audit-proof':
      draft.provable = planProof(task.name, desired, draft)
      return []
    case 'untouched':
      checkUntouched(desired, draft.changes)
      return []
  }
}

function planTask(task: Task, draft: Draft): void {
  const { surveyed, overlay } = draft
  const facts = overlay.apply(surveyed.gathered.get(task.name) ?? {}) as Record<string, unknown>
  const { name, groups } = surveyed
  const host = { name, groups, variables: surveyed.variables }
  const params = surveyed.params.get(task.name)
  for (const desired of task.plan({ host, params, facts })) {
    draft.changes.push(...compare(task, desired, draft).filter((change) => change !== undefined))
  }
}

/**
 * Plans one host. Pure: the survey has read everything that it needs. The hosts of one plan may share their
 * `readings`: this is faster, and the result is the same.
 *
 * @throws PlanewrightError with host and task, if a task refuses or the host is not as it should be.
 */
export function planHost(
  surveyed: SurveyedHost,
  tasks: readonly Task[],
  readings = new Readings(),
): HostPlan {
  const overlay = new Overlay([...surveyed.gathered.values()].flatMap((gathered) => [...factsIn(gathered)]))
  const { open, recovered } = surveyed
  const warnings = [
    open === undefined ? undefined : `transaction ${open} is open on this host`,
    recovered,
  ].filter((warning) => warning !== undefined)
  const draft: Draft = {
    surveyed,
    overlay,
    readings,
    changes: [],
    warnings,
    provable: null,
    observed: undefined,
    apiserver: undefined,
  }
  for (const task of tasks) {
    try {
      planTask(task, draft)
    } catch (error) {
      throw toPlanewrightError(error).at({ host: surveyed.name, task: task.name })
    }
  }
  const { changes, provable, observed, apiserver } = draft
  const { name, target, cluster, kubelet } = surveyed
  return {
    ...{ host: name, address: target.address, cluster, changes, kubelet, provable, warnings },
    ...(observed === undefined ? {} : { observed }),
    ...(apiserver === undefined ? {} : { apiserver }),
  }
}
