/** A node of a lab: a container that `npm run lab` and the tests start, restore and remove. */
export interface LabHost {
  /** The name of the container, the host, the node and the inventory's host: `lab-cp1`. */
  readonly name: string
  /** The address at which this machine reaches its sshd. */
  readonly address: string
  readonly port: number
  /** Its own address on the lab's network, which its apiserver advertises. */
  readonly nodeAddress: string
  /** The container's id in the engine. */
  readonly container: string
}

export interface Lab {
  readonly name: string
  /** The absolute path of `.lab/<name>`, with the inventory, keys, known_hosts and admin.conf. */
  readonly directory: string
  readonly inventoryFile: string
  readonly privateKeyFile: string
  readonly knownHostsFile: string
  readonly adminConfigFile: string
  /** Like `v1.37.2`. */
  readonly kubernetes: string
  /** The control planes. `kubeadm init` ran on the first one. */
  readonly hosts: readonly LabHost[]
  /** Machines that are booted and in the inventory, but not in the cluster. `join` makes them control planes. */
  readonly machines: readonly LabHost[]
}

export { bootMachine } from './boot.ts'
export { down } from './down.ts'
export { execOn } from './exec.ts'
export { joinMachine, type Joined, type JoinOptions } from './join.ts'
export { find } from './state.ts'
export { restartNode } from './restart-node.ts'
export { restore } from './restore.ts'
export { up, type UpOptions } from './up.ts'
export { upgradeLab, upgradeNode, type UpgradeOptions, type UpgradeStep } from './upgrade.ts'
