import { readConfigMap, writeConfigMap } from '../../apiserver/config-map.ts'
import type { NodeApiserver } from '../../apiserver/node-apiserver.ts'
import { PlanewrightError } from '../../error.ts'
import { textPatch } from '../../host/text-patch.ts'
import type { ClusterChange } from '../values/cluster-outcome.ts'
import { configurationKey, configurationName } from './stored-configuration.ts'

function changedMeanwhile(change: ClusterChange, now: string | undefined): PlanewrightError {
  const planned = { name: `${change.name} (as planned on)`, text: change.before }
  const why =
    now === undefined
      ? 'it no longer exists'
      : textPatch(planned, { name: `${change.name} (now)`, text: now }).trimEnd()
  return new PlanewrightError('precondition', `${change.name} changed between the survey and the write`, {
    where: { path: change.name },
    why,
    remedy:
      'The other version stays. Find out who else works on this cluster, then run planewright again to get a new plan.',
  })
}

function keepsChanging({ name }: ClusterChange): PlanewrightError {
  return new PlanewrightError('precondition', `somebody else keeps changing ${name}`, {
    where: { path: name },
    remedy: 'Nothing was written to it. Find out who else works on this cluster, then run planewright again.',
  })
}

/** Attempts to write: somebody else may write another key, or a label, again and again. */
const attempts = 3

/**
 * Performs a change if the text is still the one that it was planned on, whatever else in the ConfigMap was
 * written.
 *
 * @throws PlanewrightError `precondition` with both texts if it is another; `host` or `proof` if the
 * apiserver refuses, or does not answer.
 */
export async function writeConfiguration(apiserver: NodeApiserver, change: ClusterChange): Promise<void> {
  const { after: value, before } = change
  let { resourceVersion } = change
  for (let attempt = 1; ; attempt += 1) {
    const asked = { resourceVersion, key: configurationKey, value }
    const written = await writeConfigMap(apiserver, configurationName, asked)
    if (written !== undefined) {
      if (written.data[configurationKey] === value) return
      throw changedMeanwhile(change, written.data[configurationKey])
    }
    const now = await readConfigMap(apiserver, configurationName)
    const text = now?.data[configurationKey]
    // Another run has already written the same text.
    if (text === value) return
    if (now === undefined || text !== before) throw changedMeanwhile(change, text)
    if (attempt === attempts) throw keepsChanging(change)
    resourceVersion = now.resourceVersion
  }
}
