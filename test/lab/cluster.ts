import { PlanewrightError } from '../../src/error.ts'
import { findEngine } from './engine-client.ts'
import { requireSuccess, runOn } from './exec.ts'
import {
  DISCOVERY_FILE,
  generateSecrets,
  renderDiscovery,
  renderInit,
  renderJoin,
  renderUploadCerts,
  type ClusterSecrets,
  type ClusterSettings,
} from './kubeadm.ts'
import { execKubeadm, runKubeadm, type KubeadmResult } from './kubeadm-command.ts'
import type { Lab, LabHost } from './lab.ts'
import type { Progress } from './progress.ts'

/**
 * Makes a cluster from booted nodes, and waits until every apiserver is ready. Each node becomes a control plane with an
 * etcd member of its own.
 *
 * @returns an administrator's kubeconfig that works from this machine
 */
export async function createCluster(lab: Lab, progress: Progress): Promise<string> {
  const [first, ...others] = lab.hosts
  if (first === undefined) throw new PlanewrightError('usage', 'a lab needs at least one control plane')
  const settings: ClusterSettings = {
    kubernetes: lab.kubernetes,
    hosts: lab.hosts,
    cgroupDriver: await readCgroupDriver(first),
    secrets: generateSecrets(),
  }
  await progress.step(`kubeadm init on ${first.name}`, () =>
    runKubeadm(first, 'init --upload-certs', renderInit(settings)),
  )
  const adminConfig = await runOn(first, 'reading admin.conf', 'cat /etc/kubernetes/admin.conf')
  const invitation: Invitation = { secrets: settings.secrets, discovery: renderDiscovery(adminConfig) }
  // The nodes join one after the other, because etcd accepts only one learner at a time. A refused member stays in etcd's
  // log. After every later restart, etcd dials each refused member ten times a second and uses half a core for it (v3.7.3,
  // seen here).
  for (const host of others) {
    await progress.step(`kubeadm join on ${host.name}`, () => runJoin(host, invitation))
  }
  await progress.step('waiting for /readyz of every apiserver', () => Promise.all(lab.hosts.map(awaitReady)))
  return adminConfig.replace(/server: .*/, `server: https://${await apiAddress(first)}`)
}

async function readCgroupDriver(host: LabHost): Promise<'cgroupfs' | 'systemd'> {
  const script =
    'grep -Eq "SystemdCgroup *= *true" /etc/containerd/config.toml && echo systemd || echo cgroupfs'
  return (await runOn(host, 'reading containerd’s settings', script)).trim() === 'systemd'
    ? 'systemd'
    : 'cgroupfs'
}

/** What a machine needs to join a cluster as a control plane. */
export interface Invitation {
  readonly secrets: ClusterSecrets
  /** The cluster's address and CA, as a kubeconfig. */
  readonly discovery: string
}

/**
 * Runs `kubeadm join --control-plane`, and returns its result even if it fails. A discovery file saves some 10 s: without
 * it, kubeadm waits until the controller manager has signed the cluster-info ConfigMap, and looks only every 5 s.
 */
export async function execJoin(
  host: LabHost,
  { secrets, discovery }: Invitation,
  bootstrapTimeout?: string,
): Promise<KubeadmResult> {
  const place = `umask 077; cat >${DISCOVERY_FILE} <<'CONFIG'\n${discovery}CONFIG`
  await runOn(host, 'placing the discovery file', place)
  try {
    return await execKubeadm(host, 'join', renderJoin(secrets, host, bootstrapTimeout))
  } finally {
    await runOn(host, 'removing the discovery file', `rm -f ${DISCOVERY_FILE}`)
  }
}

async function runJoin(host: LabHost, invitation: Invitation): Promise<void> {
  const { code, output } = await execJoin(host, invitation)
  requireSuccess(host, 'kubeadm join', { code, stdout: output, stderr: '' })
}

/**
 * Makes a new invitation, as an operator would. The first one is valid for two hours, and the lab does not keep its
 * certificate key.
 *
 * @param first a control plane of the cluster
 */
export async function invite(first: LabHost, kubernetes: string): Promise<Invitation> {
  const secrets = generateSecrets()
  await runOn(first, 'kubeadm token create', `kubeadm token create ${secrets.token} --ttl 1h`)
  const phase = 'init phase upload-certs --upload-certs'
  await runKubeadm(first, phase, renderUploadCerts(secrets, kubernetes))
  const adminConfig = await runOn(first, 'reading admin.conf', 'cat /etc/kubernetes/admin.conf')
  return { secrets, discovery: renderDiscovery(adminConfig) }
}

/** sh that waits until the node's own apiserver is ready, and fails after a minute. */
const AWAIT_READY = `for attempt in $(seq 300); do
  curl -fsk --max-time 5 https://127.0.0.1:6443/readyz >/dev/null && exit 0
  sleep 0.2
done
curl -sk --max-time 5 'https://127.0.0.1:6443/readyz?verbose'
exit 1`

/** Waits until the host's own apiserver is ready. */
export async function awaitReady(host: LabHost): Promise<void> {
  await runOn(host, 'waiting for /readyz', AWAIT_READY)
}

export async function apiAddress(host: LabHost): Promise<string> {
  if (host.address === host.nodeAddress) return `${host.address}:6443`
  const inspected = await (await findEngine())?.docker.getContainer(host.container).inspect()
  return `127.0.0.1:${inspected?.NetworkSettings.Ports['6443/tcp']?.[0]?.HostPort ?? 6443}`
}
