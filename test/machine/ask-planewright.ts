import { inspectAfterApply } from './after-apply.ts'
import type { Workshop } from './boot.ts'
import type { Guest } from './guest.ts'
import type { Verdict } from './judge.ts'
import { makeController, type Controller } from './planewright.ts'

/** What the test itself found after a power cut. */
export interface Found extends Verdict {
  readonly state: string
  /** Whether the power was cut before a guard began. */
  readonly isLost: boolean
}

/**
 * Runs `verify`, which has to agree with what the test found: it proves a host that is as wanted, and finds changes on
 * any other. Then runs `apply` if the host is as wanted, where it has only the rest of the lost run to do, such as
 * kubeadm's stored configuration; and if the stage was lost, where it has to remove what that has left.
 *
 * @returns what is wrong; empty if nothing is
 */
export async function askPlanewright(
  guest: Guest,
  machine: string,
  found: Found,
  workshop: Workshop,
): Promise<readonly string[]> {
  const controller = await makeController(guest, workshop.prepared.keys)
  const problems = await compareWithVerify(controller, `${machine}-verify.log`, found)
  if (found.outcome !== 'as wanted' && !found.isLost) return problems
  const code = await controller.start('apply', `${machine}-again.log`).exitCode
  if (code !== 0) return [...problems, `apply ended with exit code ${code}: see ${machine}-again.log`]
  const after = await inspectAfterApply(guest, workshop)
  return [...problems, ...after.problems]
}

async function compareWithVerify(
  { report }: Controller,
  log: string,
  { outcome }: Found,
): Promise<readonly string[]> {
  const { exitCode, report: said } = await report('verify', log)
  const [host] = said.hosts
  const [cluster] = said.clusters
  // After the confirmation, kubeadm's stored configuration may be all that is left to do.
  const isRight =
    outcome === 'as wanted'
      ? host?.status === 'ok' && host.proof !== null && exitCode === (cluster?.status === 'pending' ? 2 : 0)
      : host?.status === 'pending' && host.proof === null && exitCode === 2
  const saw = `host ${host?.status ?? 'missing'}, cluster ${cluster?.status ?? 'missing'}, exit code ${exitCode}`
  return isRight ? [] : [`verify found something else: ${saw}; see ${log}`]
}
