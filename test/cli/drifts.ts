import { expect } from 'vitest'
import type { CauseKind } from '../../src/engine/explain/cause.ts'
import type { Lab } from '../lab/lab.ts'
import { runReport } from '../support/command.ts'
import { onNode } from '../support/node.ts'

export const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
export const policy = '/etc/kubernetes/audit-policy.yaml'
export const logDirectory = '/var/log/kubernetes/audit'

/** A drift on a node: how to make it, how verify names it, and what apply may do about it. */
export interface Drift {
  readonly name: string
  /** The script that makes the drift on the node. */
  readonly script: string
  /** Matches the differences in verify's report. */
  readonly named: RegExp
  /** A path, and the cause that verify reports for it. */
  readonly cause: readonly [path: string, cause: CauseKind]
  /** A setting that differs between the control planes in the report, and its value on this node. */
  readonly differing?: readonly [setting: string, value: string | null]
  /** apply's changes in order, each as `kind path`. */
  readonly mended: readonly string[]
  /** A script that fails if apply has removed something that should stay. */
  readonly kept?: string
}

/** Edits the manifest outside its folder and renames it into place, so that the kubelet never sees half a file. */
export function editManifest(sed: string): string {
  return `sed ${sed} ${manifest} >/etc/kubernetes/edited && chmod 600 /etc/kubernetes/edited && mv /etc/kubernetes/edited ${manifest}`
}

export const restarted = [`file ${manifest}`, `restart ${manifest}`]

/**
 * Makes each drift on a node of its own. Expects that verify names each, that one apply repairs each and nothing else, and
 * that verify then finds none.
 */
export async function expectMended(lab: Lab, drifts: readonly Drift[]): Promise<void> {
  const inventory = ['-i', lab.inventoryFile]
  const drifted = lab.hosts.flatMap((host, index) => {
    const drift = drifts[index]
    return drift === undefined ? [] : [{ drift, host }]
  })
  for (const { drift, host } of drifted) await onNode(host, drift.script)

  const found = await runReport(['verify', ...inventory])
  expect(found.exitCode).toBe(2)
  for (const { drift, host } of drifted) {
    const report = found.report.hosts.find((one) => one.host === host.name)
    expect(report?.status, drift.name).toBe('pending')
    expect(report?.changes.flatMap((change) => change.differences).join('\n')).toMatch(drift.named)
    expect(report?.proof).toBe(null)
    const [path, cause] = drift.cause
    expect(report?.causes, drift.name).toContainEqual(expect.objectContaining({ path, cause }))
    if (drift.differing !== undefined) {
      const [setting, value] = drift.differing
      const values = expect.objectContaining({ [host.name]: value }) as Record<string, string>
      expect(found.report.clusters[0]?.differing).toContainEqual({ setting, values })
    }
  }

  const mended = await runReport(['apply', ...inventory])
  expect(mended.report.hosts.map(({ host, error }) => ({ host, error }))).toEqual(
    lab.hosts.map(({ name }) => ({ host: name, error: null })),
  )
  for (const { drift, host } of drifted) {
    const report = mended.report.hosts.find((one) => one.host === host.name)
    const changes = report?.changes.map((change) => `${change.kind} ${change.path}`)
    expect(changes, drift.name).toEqual(drift.mended)
    if (drift.kept !== undefined) await onNode(host, drift.kept)
  }
  const rest = lab.hosts.slice(drifts.length)
  for (const { name } of rest) {
    expect(mended.report.hosts.find((one) => one.host === name)?.changes).toEqual([])
  }

  expect((await runReport(['verify', ...inventory])).exitCode).toBe(0)
}
