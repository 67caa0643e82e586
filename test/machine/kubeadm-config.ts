import { stringify } from 'yaml'

/** The machine's name and address. They match `root/etc/hosts` and the emulator's user network. */
export const NODE = { name: 'machine', address: '10.0.2.15' } as const

/** Components that a control plane can run without for a while, by the names of kubeadm's phases. */
export type Spared = 'controller-manager' | 'scheduler'

/** An emulated machine is about ten times slower than others: 15 minutes where kubeadm waits 1 to 5. */
const PATIENCE = '15m0s'

/**
 * The file for `kubeadm init --config` on the machine. It ignores no preflight errors, as there are none: the machine
 * has its own cgroups, version 2, with the systemd driver that is kubeadm's default. As in the lab, there is no CNI,
 * no DNS and no proxy: static pods, etcd and the API need none of them.
 *
 * @param kubernetes like `v1.37.2`
 * @param spared components that the machine runs without. If there are any, kubeadm does not wait for the others
 *   either: it would also wait for these
 */
export function renderMachineInit(kubernetes: string, spared: readonly Spared[]): string {
  const apiVersion = 'kubeadm.k8s.io/v1beta4'
  return [
    {
      apiVersion,
      kind: 'InitConfiguration',
      localAPIEndpoint: { advertiseAddress: NODE.address, bindPort: 6443 },
      nodeRegistration: {
        name: NODE.name,
        criSocket: 'unix:///run/containerd/containerd.sock',
        // The images are already on the disk.
        imagePullPolicy: 'Never',
      },
      skipPhases: [
        ...['addon/coredns', 'addon/kube-proxy'],
        ...spared.map((component) => `control-plane/${component}`),
        ...(spared.length === 0 ? [] : ['wait-control-plane']),
      ],
      timeouts: {
        controlPlaneComponentHealthCheck: PATIENCE,
        kubeletHealthCheck: PATIENCE,
        kubernetesAPICall: PATIENCE,
        etcdAPICall: PATIENCE,
        tlsBootstrap: PATIENCE,
      },
    },
    {
      apiVersion,
      kind: 'ClusterConfiguration',
      kubernetesVersion: kubernetes,
      controlPlaneEndpoint: `${NODE.name}:6443`,
    },
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      cgroupDriver: 'systemd',
    },
  ]
    .map((document) => stringify(document))
    .join('---\n')
}
