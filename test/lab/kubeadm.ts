import { randomBytes } from 'node:crypto'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import type { LabHost } from './lab.ts'

/** What the first node and the joining ones have to agree on. */
export interface ClusterSecrets {
  /** A bootstrap token (`abcdef.0123456789abcdef`). */
  readonly token: string
  /** 32 bytes in hexadecimal: encrypts the CA keys that joining control planes fetch. */
  readonly certificateKey: string
}

export function generateSecrets(): ClusterSecrets {
  const hex = randomBytes(11).toString('hex')
  return { token: `${hex.slice(0, 6)}.${hex.slice(6)}`, certificateKey: randomBytes(32).toString('hex') }
}

export interface ClusterSettings {
  readonly kubernetes: string
  /** The first of them is initialized, the others join. */
  readonly hosts: readonly Pick<LabHost, 'name' | 'nodeAddress'>[]
  /** What the node's containerd is set to: the two must agree. */
  readonly cgroupDriver: 'cgroupfs' | 'systemd'
  readonly secrets: ClusterSecrets
}

/** Where a joining node finds the cluster's address and CA. */
export const DISCOVERY_FILE = '/root/discovery.conf'

const API_VERSION = 'kubeadm.k8s.io/v1beta4'

/** No CNI, DNS or proxy: static pods, etcd and the API need none of them, and nothing else runs in a lab. */
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
      // 127.0.0.1 for engines whose networks cannot be reached, where the port is published instead.
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
      // The disk is the whole machine's: a full one is no reason to throw a control plane out.
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

/** The `--config` of `kubeadm init phase upload-certs`. With the version in it nobody is asked for the newest one. */
export function renderUploadCerts(secrets: ClusterSecrets, kubernetes: string): string {
  return documents(
    { apiVersion: API_VERSION, kind: 'InitConfiguration', certificateKey: secrets.certificateKey },
    { apiVersion: API_VERSION, kind: 'ClusterConfiguration', kubernetesVersion: kubernetes },
  )
}

/**
 * What kubeadm is told to bear: without a CNI no node of a lab is Ready, a container's cgroups are the host's, and there
 * is no CoreDNS that could be migrated.
 */
const BORNE = [
  'ControlPlaneNodesReady',
  'SystemVerification',
  'CoreDNSUnsupportedPlugins',
  'CoreDNSMigration',
]

/** The `--config` of `kubeadm upgrade apply` and `kubeadm upgrade node`; the images are there already. */
export function renderUpgrade(): string {
  const settings = { imagePullPolicy: 'Never', ignorePreflightErrors: BORNE }
  return documents({ apiVersion: API_VERSION, kind: 'UpgradeConfiguration', apply: settings, node: settings })
}

const Kubeconfig = z.object({ clusters: z.array(z.object({ cluster: z.record(z.string(), z.unknown()) })) })

/** The cluster's address and CA out of an administrator's kubeconfig, in the form of the cluster-info ConfigMap. */
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
    // A container is no machine: swap, kernel modules and resources are the host's.
    ignorePreflightErrors: ['all'],
    imagePullPolicy: 'IfNotPresent',
  }
}

function documents(...values: readonly object[]): string {
  return values.map((value) => stringify(value)).join('---\n')
}
