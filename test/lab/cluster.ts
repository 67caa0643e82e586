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
 * Makes one cluster of booted nodes, each a control plane with an etcd member of its own, and waits until every
 * apiserver says that it is ready.
 *
 * @returns a kubeconfig of the cluster's administrator that works from this machine
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
  // One after the other. etcd takes one learner at a time, and what it refuses stays in its log: after every later
  // restart each refused member is a peer that it dials ten times a second, on half a core (v3.7.3, seen here).
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

/** What a machine needs to become a control plane of a cluster. */
export interface Invitation {
  readonly secrets: ClusterSecrets
  /** The cluster's address and CA, as a kubeconfig. */
  readonly discovery: string
}

/**
 * `kubeadm join --control-plane`, however it ends. With the discovery in a file nobody waits for the controller manager
 * to sign the cluster-info ConfigMap, for which kubeadm looks every 5 s only: some 10 s less.
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
 * A new invitation, as an operator makes one: the first lasts two hours, and its certificate key is nowhere kept.
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

/** sh that ends as soon as the node's own apiserver is ready, and fails after a minute. */
const AWAIT_READY = `for attempt in $(seq 300); do
  curl -fsk --max-time 5 https://127.0.0.1:6443/readyz >/dev/null && exit 0
  sleep 0.2
done
curl -sk --max-time 5 'https://127.0.0.1:6443/readyz?verbose'
exit 1`

/** Waits for the host's own apiserver. */
export async function awaitReady(host: LabHost): Promise<void> {
  await runOn(host, 'waiting for /readyz', AWAIT_READY)
}

export async function apiAddress(host: LabHost): Promise<string> {
  if (host.address === host.nodeAddress) return `${host.address}:6443`
  const inspected = await (await findEngine())?.docker.getContainer(host.container).inspect()
  return `127.0.0.1:${inspected?.NetworkSettings.Ports['6443/tcp']?.[0]?.HostPort ?? 6443}`
}
