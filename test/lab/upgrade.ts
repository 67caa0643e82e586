import { PlanewrightError } from '../../src/error.ts'
import { ensureEngine } from './engine.ts'
import { execOn, requireSuccess, runOn } from './exec.ts'
import { requireHealth } from './health.ts'
import { ensureNodeImage } from './images/node.ts'
import { renderUpgrade } from './kubeadm.ts'
import { execKubeadm, runKubeadm } from './kubeadm-command.ts'
import type { Lab, LabHost } from './lab.ts'
import { writeInventory } from './lab-files.ts'
import { withLabLock } from './lab-lock.ts'
import type { Progress } from './progress.ts'
import { stageRelease, swapPrograms } from './release.ts'
import { forgetSnapshot, readSnapshotVersion, takeSnapshot } from './restore.ts'
import { labOf, requireState, writeState } from './state.ts'
import { upgradeKubelet } from './upgrade-kubelet.ts'
import { refuseUpgrade } from './upgrade-version.ts'

/** A step of a node's upgrade that has been done. */
export interface UpgradeStep {
  readonly host: LabHost
  /**
   * In this order: programs and images brought there; kubeadm swapped; `kubeadm upgrade apply` or `node`; kubelet and
   * kubectl swapped and the kubelet restarted; what `restore` goes back to kept.
   */
  readonly name: 'staged' | 'kubeadm' | 'control plane' | 'kubelet' | 'kept'
  /** What kubeadm said, both streams in one; empty where it was not run. */
  readonly output: string
}

export interface UpgradeOptions {
  readonly progress: Progress
  /** Awaited after each step, before the next: for who wants to look at the node in between. */
  readonly afterStep?: (step: UpgradeStep) => Promise<void>
}

/**
 * Upgrades every node of a lab, the first one with `kubeadm upgrade apply`, then the others with `kubeadm upgrade node`,
 * one by one as the documentation has it (kubernetes.io, "Upgrading kubeadm clusters"); nothing is drained, since nothing
 * runs in a lab but static pods. A node that is upgraded already is left alone, so that an upgrade that was broken off
 * can be run again. Afterwards `restore` goes back to how the upgrade left each node, programs included.
 *
 * @param version like `v1.37.2`
 * @returns the lab as it is now
 * @throws PlanewrightError `usage` for a way back, a minor version that would be skipped, or a machine that has not
 *   joined; `host` for a lab that is not healthy, or when a step fails
 */
export async function upgradeLab(lab: Lab, version: string, options: UpgradeOptions): Promise<Lab> {
  const { progress } = options
  return withLabLock(lab.name, progress, async () => {
    const state = await requireState(lab.name)
    const standing = labOf(state)
    const engine = await ensureEngine(progress)
    refuseMachines(standing)
    await requireHealth(engine.docker, standing)
    refuseUpgrade(await readVersions(standing.hosts), version)
    const image = await ensureNodeImage(version, progress)
    await stageRelease(standing, await notAt(version, standing.hosts), version, progress)
    for (const host of standing.hosts) await upgradeNode(standing, host, version, options)
    const upgraded = { ...state, kubernetes: version, image: image.tag }
    await writeState(upgraded)
    await writeInventory(labOf(upgraded))
    return labOf(upgraded)
  })
}

/**
 * Upgrades one node: the first of the lab before any other. The lab's own record of its version is left as it is; that
 * is {@link upgradeLab}'s to write, also where all nodes have been upgraded one by one.
 *
 * @param version like `v1.37.2`
 * @throws PlanewrightError `usage` for a way back, for a minor version that would be skipped, or where the first node has
 *   yet to be upgraded; `host` with kubeadm's last words when a step fails
 */
export async function upgradeNode(
  lab: Lab,
  host: LabHost,
  version: string,
  options: UpgradeOptions,
): Promise<void> {
  const { progress } = options
  if ((await notAt(version, [host])).length === 0) {
    progress.note(`${host.name} is at ${version}`)
    return
  }
  refuseUpgrade(await readVersions([host]), version)
  const command = await chooseCommand(lab, host, version)
  const done = async (name: UpgradeStep['name'], output = ''): Promise<void> => {
    await options.afterStep?.({ host, name, output })
  }

  await stageRelease(lab, [host], version, progress)
  await done('staged')

  await swapKubeadm(host, version)
  await done('kubeadm')

  const output = await progress.step(`kubeadm ${command} on ${host.name}`, () =>
    upgradeControlPlane(host, command),
  )
  await done('control plane', output)

  await progress.step(`kubelet ${version} on ${host.name}`, () => upgradeKubelet(host, version))
  await done('kubelet')

  await takeSnapshot(host)
  await done('kept')
}

/** Those whose upgrade to a version has not come to its end: what is kept of a node last of all says so. */
async function notAt(version: string, hosts: readonly LabHost[]): Promise<LabHost[]> {
  const kept = await Promise.all(hosts.map(readSnapshotVersion))
  return hosts.filter((_, index) => kept[index] !== version)
}

/** A kubeadm that we began goes on without us. */
async function swapKubeadm(host: LabHost, version: string): Promise<void> {
  const refuse = `if pgrep -x kubeadm >/dev/null; then
  echo 'kubeadm is still at work there, from an upgrade that was broken off: try again when it has ended' >&2
  exit 1
fi`
  await runOn(host, 'looking for kubeadm', refuse)
  await forgetSnapshot(host)
  await runOn(host, 'swapping kubeadm', `set -eu\n${swapPrograms(version, ['kubeadm'])}`)
}

function refuseMachines({ name, machines }: Lab): void {
  if (machines.length === 0) return
  throw new PlanewrightError('usage', `lab ${name} has machines that have not joined`, {
    why: `${machines.map((machine) => machine.name).join(', ')} would be left with the programs of the old version`,
    remedy: `Run \`npm run lab -- join --name ${name}\` first.`,
  })
}

/** The version of each host's apiserver, by the image that its manifest names. */
async function readVersions(hosts: readonly LabHost[]): Promise<Record<string, string>> {
  const script = `sed -n 's/^ *image: .*:\\(v[0-9.]*\\).*/\\1/p' /etc/kubernetes/manifests/kube-apiserver.yaml`
  const versions = hosts.map(
    async (host) => [host.name, (await runOn(host, 'reading its version', script)).trim()] as const,
  )
  return Object.fromEntries(await Promise.all(versions))
}

/** `apply` changes what the cluster stores, and `node` goes by that. */
async function chooseCommand(lab: Lab, host: LabHost, version: string): Promise<string> {
  const [first] = lab.hosts
  if (first === undefined || first.name === host.name) return `upgrade apply ${version} --yes`
  if ((await notAt(version, [first])).length === 0) return 'upgrade node'
  throw new PlanewrightError('usage', `${host.name} cannot be upgraded yet`, {
    why: `${first.name} is not at ${version}, and \`kubeadm upgrade node\` goes by what was applied there`,
    remedy: `Upgrade ${first.name} first.`,
  })
}

/**
 * Before `apply` kubeadm creates a Job, and waits a minute for it in vain where no node is Ready; it does without where
 * every node is cordoned (createJob in cmd/kubeadm/app/phases/upgrade/health.go, 1.37).
 */
async function upgradeControlPlane(host: LabHost, command: string): Promise<string> {
  if (command === 'upgrade node') return runKubeadm(host, command, renderUpgrade())
  await runOn(host, 'cordoning the nodes', onAllNodes('cordon'))
  const { code, output } = await execKubeadm(host, command, renderUpgrade())
  const uncordoned = await execOn(host, onAllNodes('uncordon'))
  requireSuccess(host, `kubeadm ${command}`, { code, stdout: output, stderr: '' })
  requireSuccess(host, 'uncordoning the nodes', uncordoned)
  return output
}

function onAllNodes(verb: 'cordon' | 'uncordon'): string {
  return `set -eu
export KUBECONFIG=/etc/kubernetes/admin.conf
kubectl ${verb} $(kubectl get nodes -o name)`
}
