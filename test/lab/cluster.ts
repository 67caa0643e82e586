import { PlanewrightError } from '../../src/error.ts'
import { findEngine } from './engine-client.ts'
import { runOn } from './exec.ts'
import {
  DISCOVERY_FILE,
  generateSecrets,
  renderDiscovery,
  renderInit,
  renderJoin,
  type ClusterSettings,
} from './kubeadm.ts'
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
    runKubeadm(first, 'init', '--upload-certs', renderInit(settings)),
  )
  const adminConfig = await runOn(first, 'reading admin.conf', 'cat /etc/kubernetes/admin.conf')
  const discovery = renderDiscovery(adminConfig)
  // One after the other. etcd takes one learner at a time, and what it refuses stays in its log: after every later
  // restart each refused member is a peer that it dials ten times a second, on half a core (v3.7.3, seen here).
  for (const host of others) {
    await progress.step(`kubeadm join on ${host.name}`, () =>
      join(host, renderJoin(settings, host), discovery),
    )
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

/**
 * With the discovery in a file nobody waits for the controller manager to sign the cluster-info ConfigMap, for
 * which kubeadm looks every 5 s only: some 10 s less.
 */
async function join(host: LabHost, config: string, discovery: string): Promise<void> {
  await runOn(
    host,
    'placing the discovery file',
    `umask 077; cat >${DISCOVERY_FILE} <<'CONFIG'\n${discovery}CONFIG`,
  )
  await runKubeadm(host, 'join', '', config)
  await runOn(host, 'removing the discovery file', `rm ${DISCOVERY_FILE}`)
}

async function runKubeadm(
  host: LabHost,
  verb: 'init' | 'join',
  flags: string,
  config: string,
): Promise<void> {
  const script = `set -eu
umask 077
cat >/root/kubeadm.yaml <<'CONFIG'
${config}CONFIG
kubeadm ${verb} --config /root/kubeadm.yaml ${flags}
rm /root/kubeadm.yaml`
  await runOn(host, `kubeadm ${verb}`, script)
}

/** sh that ends as soon as the node's own apiserver is ready, and fails after a minute. */
const AWAIT_READY = `for attempt in $(seq 300); do
  curl -fsk --max-time 5 https://127.0.0.1:6443/readyz >/dev/null && exit 0
  sleep 0.2
done
curl -sk --max-time 5 'https://127.0.0.1:6443/readyz?verbose'
exit 1`

async function awaitReady(host: LabHost): Promise<void> {
  await runOn(host, 'waiting for /readyz', AWAIT_READY)
}

export async function apiAddress(host: LabHost): Promise<string> {
  if (host.address === host.nodeAddress) return `${host.address}:6443`
  const inspected = await (await findEngine())?.docker.getContainer(host.container).inspect()
  return `127.0.0.1:${inspected?.NetworkSettings.Ports['6443/tcp']?.[0]?.HostPort ?? 6443}`
}
