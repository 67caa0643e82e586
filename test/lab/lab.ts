/** A control plane in containers: what `npm run lab` and the tests bring up, restore and take down. */
export interface LabHost {
  /** Container, host name, node name and inventory name in one: `lab-cp1`. */
  readonly name: string
  /** Where this machine reaches its sshd. */
  readonly address: string
  readonly port: number
  /** Its own address on the lab's network: what its apiserver advertises. */
  readonly nodeAddress: string
  /** The container's id in the engine. */
  readonly container: string
}

export interface Lab {
  readonly name: string
  /** Absolute path of `.lab/<name>`: the inventory, keys, known_hosts and admin.conf. */
  readonly directory: string
  readonly inventoryFile: string
  readonly privateKeyFile: string
  readonly knownHostsFile: string
  readonly adminConfigFile: string
  /** Like `v1.37.2`. */
  readonly kubernetes: string
  /** The control planes, the one that was initialized first. */
  readonly hosts: readonly LabHost[]
  /** Booted, and in the inventory, but not in the cluster: `join` makes control planes of them. */
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
