import path from 'node:path'
import type { Difference } from '../../difference/difference.ts'
import type { Change, FileChange, RestartChange } from '../../host/change.ts'
import type { IdentityFact, ProcessFact } from '../../host/fact.ts'
import { editStaticPod, findDifferences, type StaticPodEdit } from '../../manifest/edit.ts'
import { flagValues } from '../../manifest/flags.ts'
import type { StaticPod } from '../../manifest/static-pod.ts'
import { compareFile } from './compare-file.ts'
import type { DesiredStaticPod } from '../task/desired.ts'
import type { Overlay } from './overlay.ts'
import type { Readings } from './readings.ts'
import type { StaticPodFacts } from '../task/static-pod-facts.ts'
import { checkAlone, findManifest, type ManifestFact } from './static-pod-manifest.ts'
import { findProcess, staleReasons } from './static-pod-process.ts'

/**
 * Marks a manifest whose pod must restart although nothing else in it changes. Its value is the start of the
 * process that has to go. The kubelet restarts a static pod when its manifest changes in meaning, and
 * annotations count (k/k pkg/kubelet/config/common.go, applyDefaults: the UID is a hash of the whole pod).
 */
export const restartAnnotation = 'planewright.dev/restarted-after'

/**
 * Seconds in which the kubelet acts on a changed manifest: it looks every 20 s (fileCheckFrequency), gives
 * the old process 30 s, and tries again after 10-15 s. In this time planewright waits for the restart and
 * does not ask for another one.
 */
const kubeletReaction = 120

/** Next to the manifests folder and never in it: the kubelet runs whatever it finds there. */
function besideFolder(manifest: string): string {
  return path.posix.dirname(path.posix.dirname(manifest))
}

function edit(desired: DesiredStaticPod, annotations: Readonly<Record<string, string>>): StaticPodEdit {
  const { component, flags, mounts, volumes } = desired
  return { container: component, flags, mounts, volumes, annotations }
}

function checksums(desired: DesiredStaticPod, overlay: Overlay): Record<string, string> {
  const known = Object.entries(desired.checksums).flatMap(([annotation, file]) => {
    const fact = overlay.file(file)
    return fact?.type === 'regular' ? [[annotation, fact.sha256] as const] : []
  })
  return Object.fromEntries(known)
}

function isKubeletAtWork(manifest: ManifestFact, running: ProcessFact | undefined, now: number): boolean {
  if (running === undefined) return true
  const { modified } = manifest.fact
  // If the time is in the future, somebody set the clock back, and it says nothing about the kubelet.
  const age = now - modified
  return modified > running.started && age >= 0 && age < kubeletReaction
}

/**
 * A missing file that the manifest's pod mounts and that this run writes. The kubelet already has the pod but
 * cannot start it, as on a node that joined without its policy.
 */
function findAwaitedFile({ volumes }: Pick<StaticPod, 'volumes'>, overlay: Overlay): string | undefined {
  const files = volumes.flatMap(({ hostPath }) => (hostPath?.type === 'File' ? [hostPath.path] : []))
  return files.find((file) => overlay.found(file)?.type === 'absent' && overlay.isPlanned(file))
}

/** A manifest that stays as it is. */
function keep(task: string, desired: DesiredStaticPod, { fact, text }: ManifestFact): FileChange {
  const { mode, owner, group, sha256 } = fact
  const state = { mode, owner, group, content: text, sha256 }
  return {
    kind: 'file',
    task,
    path: desired.path,
    differences: [{ kind: 'unchanged' }],
    before: state,
    after: state,
    sensitive: false,
    stagedIn: besideFolder(desired.path),
  }
}

/** kube-apiserver's own default (k/k pkg/kubeapiserver/options/serving.go). */
export const defaultSecurePort = '6443'

/**
 * Where a component listens, according to the flags in its manifest.
 *
 * @param address the host's own, for an apiserver that advertises none
 */
export function listeningAt(
  { command, args }: { readonly command: readonly string[]; readonly args: readonly string[] },
  component: string,
  address: string,
): RestartChange['listens'] {
  const argv = [...command, ...args]
  const port =
    flagValues(argv, 'secure-port').at(-1) ?? (component === 'kube-apiserver' ? defaultSecurePort : '0')
  return { address: flagValues(argv, 'advertise-address').at(-1) ?? address, port: Number(port) }
}

/**
 * The changes that give a static pod its desired state: the manifest, and the restart that follows or that is
 * due because the running process does not match its files. None if nothing differs.
 *
 * A missing checksum annotation alone is no reason for a change: kubeadm cannot carry annotations, so it is
 * missing whenever kubeadm wrote the manifest. planewright writes it when a restart is due anyway.
 *
 * @throws PlanewrightError `manifest` for a manifest that is missing, unreadable, or not the only one.
 */
export function compareStaticPod(
  task: string,
  desired: DesiredStaticPod,
  facts: StaticPodFacts,
  surveyed: { readonly identity: IdentityFact; readonly target: { readonly address: string } },
  { overlay, readings }: { readonly overlay: Overlay; readonly readings: Readings },
): readonly Change[] {
  const manifest = findManifest(task, desired, overlay)
  checkAlone(task, desired, facts)
  const place = { path: desired.path }
  const pod = readings.pod(manifest.text, desired.component, place)
  const running = findProcess(facts.processes, [...pod.container.command, ...pod.container.args])
  const stale = staleReasons(desired, running, pod.annotations, overlay)

  const all = checksums(desired, overlay)
  const present = Object.fromEntries(Object.entries(all).filter(([name]) => name in pod.annotations))
  const isRight = editStaticPod(manifest.text, edit(desired, present), place) === manifest.text
  if (isRight && stale.length === 0) return []

  const kubeletAtWork = isKubeletAtWork(manifest, running, surveyed.identity.now)
  // If a file has yet to be written, the restart that is under way may come before it, so another one is
  // needed.
  const isWritten = !Object.values(desired.checksums).some((file) => overlay.isPlanned(file))
  const awaited = running === undefined ? findAwaitedFile(pod, overlay) : undefined
  const isUnderWay = isRight && isWritten && kubeletAtWork
  const waiting: readonly Difference[] =
    awaited === undefined ? [] : [{ kind: 'waits-for-file', path: awaited }]
  const restart: RestartChange = {
    kind: 'restart',
    task,
    path: desired.path,
    component: desired.component,
    differences: isRight ? [...stale, ...waiting] : [{ kind: 'manifest-changes' }],
    before: running === undefined ? null : { pid: running.pid, startTicks: running.startTicks },
    kubeletAtWork: kubeletAtWork && !isUnderWay,
    ...(awaited === undefined ? {} : { awaited }),
    listens: listeningAt(pod.container, desired.component, surveyed.target.address),
    flags: desired.flags,
  }
  if (isRight && awaited !== undefined) return [{ ...restart, kept: keep(task, desired, manifest) }]
  if (isUnderWay) return [restart]

  let wanted = edit(desired, all)
  if (running !== undefined && editStaticPod(manifest.text, wanted, place) === manifest.text) {
    const started = new Date(running.started * 1000).toISOString()
    wanted = edit(desired, { ...all, [restartAnnotation]: started })
  }
  const { mode, owner, group } = manifest.fact
  const content = editStaticPod(manifest.text, wanted, place)
  const file = compareFile(
    task,
    {
      path: desired.path,
      content,
      mode,
      owner,
      group,
      sensitive: false,
      stagedIn: besideFolder(desired.path),
    },
    findDifferences(manifest.text, wanted),
    overlay,
  )
  return file === undefined ? [restart] : [file, restart]
}
