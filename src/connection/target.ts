/** Where and as whom a host is reached: what the inventory's `ansible_*` variables come to. */
export interface ConnectionTarget {
  /** The host's name in the inventory: what errors and reports call it. */
  readonly name: string
  /** An IP address or a DNS name. */
  readonly address: string
  readonly port: number
  readonly user: string
  /** Absolute path of the private key; without it the agent at SSH_AUTH_SOCK is asked, then ~/.ssh/id_*. */
  readonly privateKeyFile?: string
  /** Absolute path of the known_hosts file that the host's key must stand in. */
  readonly knownHostsFile: string
  /** Whether the shell runs under `sudo -n`. */
  readonly become: boolean
}
