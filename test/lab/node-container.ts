import { existsSync } from 'node:fs'
import { GenericContainer, PullPolicy, Wait } from 'testcontainers'

/**
 * The rights of a node's container. kind uses `privileged`. `capabilities` also works if the engine itself lacks
 * CAP_SYS_RESOURCE and therefore refuses --privileged ("unable to apply caps").
 */
export type Privileges = 'privileged' | 'capabilities'

/**
 * A container that boots systemd as a Kubernetes node, as kind's pkg/cluster/internal/providers/docker/provision.go does.
 * It has tmpfs for /tmp and /run, an anonymous volume for /var, a private cgroup namespace, a tty and the image's own stop
 * signal. Without the tty, the log does not show how far systemd is.
 */
export class NodeContainer extends GenericContainer {
  constructor(image: string, privileges: Privileges) {
    super(image)
    this.createOpts.Tty = true
    this.createOpts.Volumes = { '/var': {} }
    // A field of Docker's API since 1.41, which the types lack.
    Object.assign(this.hostConfig, { CgroupnsMode: 'private' })
    this.withTmpFs({ '/tmp': '', '/run': '', '/run/lock': '' })
      .withSecurityOpt('seccomp=unconfined', 'apparmor=unconfined')
      // Otherwise testcontainers removes the container at the end of this process, and a lab should stay.
      .withAutoCleanup(false)
      .withPullPolicy(PullPolicy.neverPull())
      // Nothing may be executed in the container before this message (kind#2409).
      .withWaitStrategy(Wait.forLogMessage(/Reached target .*Multi-User System.*|detected cgroup v1/))
      .withStartupTimeout(120_000)
    if (existsSync('/lib/modules')) {
      this.withBindMounts([{ source: '/lib/modules', target: '/lib/modules', mode: 'ro' }])
    }
    if (privileges === 'privileged') this.withPrivilegedMode()
    else this.withCapabilitiesInsteadOfPrivileges()
  }

  private withCapabilitiesInsteadOfPrivileges(): void {
    this.withAddedCapabilities('ALL').withDroppedCapabilities('SYS_RESOURCE')
    this.hostConfig.DeviceCgroupRules = ['a *:* rwm']
    // The docker command's name for this is --security-opt systempaths=unconfined.
    this.hostConfig.MaskedPaths = []
    this.hostConfig.ReadonlyPaths = []
  }

  /** Publishes ports at 127.0.0.1 only, for engines whose networks cannot be reached from here. */
  withLoopbackPorts(...ports: readonly number[]): this {
    this.createOpts.ExposedPorts = Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}]))
    this.hostConfig.PortBindings = Object.fromEntries(
      ports.map((port) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: '0' }]]),
    )
    return this
  }
}
