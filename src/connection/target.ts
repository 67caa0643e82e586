/** How to reach a host: the meaning of the inventory's `ansible_*` variables. */
export interface ConnectionTarget {
  /** The host's name in the inventory, which errors and reports use. */
  readonly name: string
  /** An IP address or a DNS name. */
  readonly address: string
  readonly port: number
  readonly user: string
  /**
   * Absolute path of the private key. Without it, planewright asks the agent at SSH_AUTH_SOCK, then reads
   * ~/.ssh/id_*.
   */
  readonly privateKeyFile?: string
  /** Absolute path of the known_hosts file that must have the host's key. */
  readonly knownHostsFile: string
  /** Whether the shell runs under `sudo -n`. */
  readonly become: boolean
}
