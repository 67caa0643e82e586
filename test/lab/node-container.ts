import { existsSync } from 'node:fs'
import { GenericContainer, PullPolicy, Wait } from 'testcontainers'

/**
 * How much a node may do. `privileged` is kind's way; `capabilities` the way that also works where the engine
 * itself lacks CAP_SYS_RESOURCE and therefore refuses --privileged ("unable to apply caps").
 */
export type Privileges = 'privileged' | 'capabilities'

/**
 * A container that boots systemd as a Kubernetes node, by the recipe of kind's
 * pkg/cluster/internal/providers/docker/provision.go: tmpfs /tmp and /run, an anonymous volume /var, a private
 * cgroup namespace, a tty (without it the log does not show how far systemd is), the image's own stop signal.
 */
export class NodeContainer extends GenericContainer {
  constructor(image: string, privileges: Privileges) {
    super(image)
    this.createOpts.Tty = true
    this.createOpts.Volumes = { '/var': {} }
    // The API's field since 1.41, not yet in the types.
    Object.assign(this.hostConfig, { CgroupnsMode: 'private' })
    this.withTmpFs({ '/tmp': '', '/run': '', '/run/lock': '' })
      .withSecurityOpt('seccomp=unconfined', 'apparmor=unconfined')
      // testcontainers would remove it at the end of this process; a lab is meant to stay.
      .withAutoCleanup(false)
      .withPullPolicy(PullPolicy.neverPull())
      // kind#2409: nothing may be executed in it before that.
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
    // What the docker command calls --security-opt systempaths=unconfined.
    this.hostConfig.MaskedPaths = []
    this.hostConfig.ReadonlyPaths = []
  }

  /** Publishes ports on the loopback only, for engines whose networks cannot be reached from here. */
  withLoopbackPorts(...ports: readonly number[]): this {
    this.createOpts.ExposedPorts = Object.fromEntries(ports.map((port) => [`${port}/tcp`, {}]))
    this.hostConfig.PortBindings = Object.fromEntries(
      ports.map((port) => [`${port}/tcp`, [{ HostIp: '127.0.0.1', HostPort: '0' }]]),
    )
    return this
  }
}
