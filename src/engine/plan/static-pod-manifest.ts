import path from 'node:path'
import { PlanewrightError } from '../../error.ts'
import type { RegularFileFact } from '../../host/fact.ts'
import { runsComponent } from '../../manifest/component.ts'
import type { DesiredStaticPod } from '../task/desired.ts'
import type { Overlay } from './overlay.ts'
import type { StaticPodFacts } from '../task/static-pod-facts.ts'

/** A manifest as text. */
export interface ManifestFact {
  readonly text: string
  readonly fact: RegularFileFact
}

/**
 * The manifest that a task wants to edit.
 *
 * @throws PlanewrightError `manifest` if there is none, or if it is not text.
 */
export function findManifest(task: string, desired: DesiredStaticPod, overlay: Overlay): ManifestFact {
  const fact = overlay.file(desired.path)
  const where = { task, path: desired.path }
  if (fact?.type !== 'regular') {
    throw new PlanewrightError('manifest', `there is no ${desired.component} manifest at ${desired.path}`, {
      where,
      why:
        fact === undefined || fact.type === 'absent'
          ? 'nothing is at this path'
          : `a ${fact.type} is at this path`,
      remedy:
        'If the manifest is at another path, set kube_apiserver_manifest. If the machine has not joined the cluster yet, run planewright prepare. If a failed transaction lost the manifest, it is in the folder of the transaction under /var/lib/planewright; planewright history shows its ID.',
    })
  }
  const text = fact.content.toString('utf8')
  if (Buffer.from(text, 'utf8').equals(fact.content)) return { text, fact }
  throw new PlanewrightError('manifest', `the manifest ${desired.path} is not valid UTF-8`, {
    where,
    remedy: 'Save it as UTF-8 text. The kubelet cannot read it either.',
  })
}

/**
 * Refuses a folder in which a second manifest runs the same component. The kubelet runs every file there,
 * whatever its extension (k/k#55596), except those whose names start with a dot (k/k
 * pkg/kubelet/config/file.go).
 */
export function checkAlone(task: string, desired: DesiredStaticPod, facts: StaticPodFacts): void {
  for (const entry of facts.folder.entries) {
    if (entry.path === desired.path || path.posix.basename(entry.path).startsWith('.')) continue
    if (entry.type !== 'regular' || !runsComponent(entry.content.toString('utf8'), desired.component))
      continue
    throw new PlanewrightError(
      'manifest',
      `a second ${desired.component} manifest is in the same folder as ${desired.path}`,
      {
        where: { task, path: entry.path },
        why: `the kubelet runs every file in that folder, so both would run and need the same port`,
        remedy: `Move ${entry.path} out of ${path.posix.dirname(entry.path)}.`,
      },
    )
  }
}
