import { randomBytes } from 'node:crypto'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { LabHost } from './lab.ts'

/** The secrets that the first node and the joining nodes share. */
export interface ClusterSecrets {
  /** A bootstrap token (`abcdef.0123456789abcdef`). */
  readonly token: string
  /** 32 bytes in hexadecimal. The key encrypts the CA keys that joining control planes fetch. */
  readonly certificateKey: string
}

export function generateSecrets(): ClusterSecrets {
  const hex = randomBytes(11).toString('hex')
  return { token: `${hex.slice(0, 6)}.${hex.slice(6)}`, certificateKey: randomBytes(32).toString('hex') }
}

export interface ClusterSettings {
  readonly kubernetes: string
  /** `kubeadm init` runs on the first host; the others join. */
  readonly hosts: readonly Pick<LabHost, 'name' | 'nodeAddress'>[]
  /** The cgroup driver of the node's containerd. The kubelet must use the same. */
  readonly cgroupDriver: 'cgroupfs' | 'systemd'
  readonly secrets: ClusterSecrets
}

/** The file in which a joining node finds the cluster's address and CA. */
export const DISCOVERY_FILE = '/root/discovery.conf'

const API_VERSION = 'kubeadm.k8s.io/v1beta4'

/** A lab has no CNI, DNS or kube-proxy. Its only pods are static pods, and these need none of them. */
const SKIPPED_PHASES = ['addon/coredns', 'addon/kube-proxy']

/** The `--config` of `kubeadm init`. */
export function renderInit(settings: ClusterSettings): string {
  const { hosts, secrets } = settings
  const first = hosts[0]
  return documents(
    {
      apiVersion: API_VERSION,
      kind: 'InitConfiguration',
      bootstrapTokens: [{ token: secrets.token, ttl: '2h0m0s' }],
      certificateKey: secrets.certificateKey,
      localAPIEndpoint: { advertiseAddress: first?.nodeAddress, bindPort: 6443 },
      nodeRegistration: nodeRegistration(first?.name),
      skipPhases: SKIPPED_PHASES,
    },
    {
      apiVersion: API_VERSION,
      kind: 'ClusterConfiguration',
      kubernetesVersion: settings.kubernetes,
      controlPlaneEndpoint: `${first?.name ?? ''}:6443`,
      // 127.0.0.1 is for engines whose networks cannot be reached from here: there the lab uses a published port.
      apiServer: {
        certSANs: ['localhost', '127.0.0.1', ...hosts.flatMap((host) => [host.name, host.nodeAddress])],
      },
    },
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      cgroupDriver: settings.cgroupDriver,
      failCgroupV1: false,
      failSwapOn: false,
      // The node shares its disk with this machine. If that is full, the kubelet should not evict the control plane.
      evictionHard: {
        'memory.available': '0%',
        'nodefs.available': '0%',
        'nodefs.inodesFree': '0%',
        'imagefs.available': '0%',
      },
      imageGCHighThresholdPercent: 100,
    },
  )
}

/**
 * The `--config` of `kubeadm join` on one of the other nodes.
 *
 * @param bootstrapTimeout how long kubeadm waits for the kubelet's own certificate, which comes from the node's own
 *   apiserver: `30s`. kubeadm's default is 5 minutes
 */
export function renderJoin(
  secrets: ClusterSecrets,
  host: Pick<LabHost, 'name' | 'nodeAddress'>,
  bootstrapTimeout?: string,
): string {
  return documents({
    apiVersion: API_VERSION,
    kind: 'JoinConfiguration',
    controlPlane: {
      certificateKey: secrets.certificateKey,
      localAPIEndpoint: { advertiseAddress: host.nodeAddress, bindPort: 6443 },
    },
    discovery: {
      file: { kubeConfigPath: DISCOVERY_FILE },
      tlsBootstrapToken: secrets.token,
    },
    nodeRegistration: nodeRegistration(host.name),
    ...(bootstrapTimeout === undefined ? {} : { timeouts: { tlsBootstrap: bootstrapTimeout } }),
  })
}

/**
 * The `--config` of `kubeadm init phase upload-certs`. It has the version, because kubeadm would otherwise ask the network
 * for the newest one.
 */
export function renderUploadCerts(secrets: ClusterSecrets, kubernetes: string): string {
  return documents(
    { apiVersion: API_VERSION, kind: 'InitConfiguration', certificateKey: secrets.certificateKey },
    { apiVersion: API_VERSION, kind: 'ClusterConfiguration', kubernetesVersion: kubernetes },
  )
}

/**
 * The preflight errors that kubeadm should ignore. Without a CNI no node of a lab is Ready. A container's cgroups are the
 * host's. There is no CoreDNS to migrate.
 */
const BORNE = [
  'ControlPlaneNodesReady',
  'SystemVerification',
  'CoreDNSUnsupportedPlugins',
  'CoreDNSMigration',
]

/** The `--config` of `kubeadm upgrade apply` and `kubeadm upgrade node`. The node has the images already. */
export function renderUpgrade(): string {
  const settings = { imagePullPolicy: 'Never', ignorePreflightErrors: BORNE }
  return documents({ apiVersion: API_VERSION, kind: 'UpgradeConfiguration', apply: settings, node: settings })
}

const Kubeconfig = z.object({ clusters: z.array(z.object({ cluster: z.record(z.string(), z.unknown()) })) })

/** The cluster's address and CA from an administrator's kubeconfig, in the form of the cluster-info ConfigMap. */
export function renderDiscovery(adminConfig: string): string {
  const { clusters } = Kubeconfig.parse(parse(adminConfig))
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: '', cluster: clusters[0]?.cluster }],
  })
}

function nodeRegistration(name: string | undefined): object {
  return {
    name,
    criSocket: 'unix:///run/containerd/containerd.sock',
    // kubeadm's checks are for machines. A container has the swap, kernel modules and resources of its host.
    ignorePreflightErrors: ['all'],
    imagePullPolicy: 'IfNotPresent',
  }
}

function documents(...values: readonly object[]): string {
  return values.map((value) => stringify(value)).join('---\n')
}
