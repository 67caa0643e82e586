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

/** A finished step of a node's upgrade. */
export interface UpgradeStep {
  readonly host: LabHost
  /**
   * In this order: the release is copied to the node; kubeadm is replaced; `kubeadm upgrade apply` or `node` has run;
   * kubelet and kubectl are replaced and the kubelet has restarted; the snapshot for `restore` is taken.
   */
  readonly name: 'staged' | 'kubeadm' | 'control plane' | 'kubelet' | 'kept'
  /** kubeadm's stdout and stderr in one text. Empty if the step does not run kubeadm. */
  readonly output: string
}

export interface UpgradeOptions {
  readonly progress: Progress
  /** Called and awaited after each step, so that a test can look at the node before the next step. */
  readonly afterStep?: (step: UpgradeStep) => Promise<void>
}

/**
 * Upgrades every node of a lab: the first one with `kubeadm upgrade apply`, then the others one by one with `kubeadm upgrade
 * node` (kubernetes.io, "Upgrading kubeadm clusters"). It drains no node, because only static pods run in a lab. It leaves
 * upgraded nodes alone, so an interrupted upgrade can be run again. Afterwards `restore` goes back to how the upgrade left
 * each node, including the programs.
 *
 * @param version like `v1.37.2`
 * @returns the new state of the lab
 * @throws PlanewrightError `usage` for an earlier version, for a skipped minor version, or for a machine that has not
 *   joined; `host` if the lab is not healthy or a step fails
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
 * Upgrades one node. The lab's first node must come first. This does not change the lab's recorded version; only
 * {@link upgradeLab} does, even if all nodes are already upgraded.
 *
 * @param version like `v1.37.2`
 * @throws PlanewrightError `usage` for an earlier version, for a skipped minor version, or if the first node is not
 *   upgraded yet; `host` with the last lines of kubeadm's output if a step fails
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

/** The hosts whose upgrade to a version has not finished. The snapshot, which is taken last, has the version. */
async function notAt(version: string, hosts: readonly LabHost[]): Promise<LabHost[]> {
  const kept = await Promise.all(hosts.map(readSnapshotVersion))
  return hosts.filter((_, index) => kept[index] !== version)
}

/** Refuses while a kubeadm runs on the node, because an interrupted upgrade does not end its kubeadm. */
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

/** The version of each host's apiserver, from the image in its manifest. */
async function readVersions(hosts: readonly LabHost[]): Promise<Record<string, string>> {
  const script = `sed -n 's/^ *image: .*:\\(v[0-9.]*\\).*/\\1/p' /etc/kubernetes/manifests/kube-apiserver.yaml`
  const versions = hosts.map(
    async (host) => [host.name, (await runOn(host, 'reading its version', script)).trim()] as const,
  )
  return Object.fromEntries(await Promise.all(versions))
}

/** `apply` must run first, because it changes the stored configuration that `node` reads. */
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
 * Cordons all nodes before `apply`. kubeadm would otherwise create a Job and wait for it for a minute in vain, because no
 * node is Ready. It skips the Job if every node is cordoned (createJob in cmd/kubeadm/app/phases/upgrade/health.go, 1.37).
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
