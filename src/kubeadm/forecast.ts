import { normalizeFlagName, parseFlags, programIndex } from '../manifest/flags.ts'
import { imageVersion } from '../manifest/image-version.ts'
import { readStaticPod } from '../manifest/static-pod.ts'
import { defaultChangesBetween } from './audit-defaults.ts'
import type { ClusterConfiguration } from './cluster-configuration.ts'
import { kubeadmAnnotations, kubeadmArguments, kubeadmVolumes } from './kubeadm-arguments.ts'
import { parseRelease } from './version.ts'

/** An apiserver's manifest after `kubeadm upgrade`. */
export interface Forecast {
  readonly from: string | undefined
  readonly to: string
  /** By name without dashes: its values in their order. */
  readonly flags: Readonly<Record<string, readonly string[]>>
  /** Names, sorted. */
  readonly volumes: readonly string[]
  /** What is in the manifest now and will be lost, in words. */
  readonly lost: readonly string[]
  /** What will be in the manifest and is not there now, in words. */
  readonly gained: readonly string[]
  /** What has another meaning in the new release, in words. */
  readonly changed: readonly string[]
}

/** The prefix of planewright's own annotations; see `compareStaticPod` for why none of them is needed. */
const ownAnnotations = 'planewright.dev/'

type Flags = Readonly<Record<string, readonly string[]>>

function flagsOf(argv: readonly string[]): Flags {
  const flags: Record<string, string[]> = {}
  for (const { name, value } of parseFlags(argv, programIndex(argv)).flags) (flags[name] ??= []).push(value)
  return flags
}

/**
 * The flags of kubeadm's next manifest: kubeadm's own arguments, replaced by those of the same name in the
 * configuration, and the configuration's other arguments. If somebody removed an argument that depends on the
 * cluster or the host, its value cannot be known. If a file configures authorization, kubeadm gives no modes
 * (manifests.go, getAPIServerCommand, 1.36 and 1.37; not yet in 1.30).
 */
function flagsAfter(now: Flags, { extraArgs }: ClusterConfiguration): Flags {
  const extra: Record<string, string[]> = {}
  for (const { name, value } of extraArgs) (extra[normalizeFlagName(name)] ??= []).push(value)
  const own = [...kubeadmArguments].flatMap(([name, fixed]) => {
    if (name === 'authorization-mode' && 'authorization-config' in extra) return []
    const values = fixed === undefined ? now[name] : [fixed]
    return values === undefined ? [] : [[name, values] as const]
  })
  return { ...Object.fromEntries(own), ...extra }
}

function flagText(name: string, values: readonly string[]): string {
  return values.map((value) => `--${name}=${value}`).join(' ')
}

function compareFlags(now: Flags, then: Flags) {
  const isAlike = (name: string) => JSON.stringify(now[name]) === JSON.stringify(then[name])
  const differing = (flags: Flags) => Object.entries(flags).filter(([name]) => !isAlike(name))
  return {
    lost: differing(now).map(([name, values]) => `flag ${flagText(name, values)}`),
    gained: differing(then).map(([name, values]) => `flag ${flagText(name, values)}`),
  }
}

/**
 * A control plane's apiserver after `kubeadm upgrade` to a version. kubeadm makes its manifest from its own
 * arguments and the stored configuration, and keeps nothing else of the present one. Pure. Patches that the
 * operator gives to kubeadm (`--patches`) are unknown here.
 *
 * @param version `v1.37.2`
 * @throws PlanewrightError `manifest` for a manifest that cannot be read.
 */
export function forecast(
  manifest: string,
  configuration: ClusterConfiguration,
  version: string,
  place: { readonly path: string },
): Forecast {
  const pod = readStaticPod(manifest, 'kube-apiserver', place)
  const now = flagsOf([...pod.container.command, ...pod.container.args])
  const flags = flagsAfter(now, configuration)
  const { lost, gained } = compareFlags(now, flags)
  const extraVolumes = configuration.extraVolumes.map(({ name }) => name)
  const had = pod.volumes.map(({ name }) => name)
  const kept = had.filter((name) => kubeadmVolumes.has(name))
  const volumes = [...new Set([...kept, ...extraVolumes])].toSorted()
  const annotations = Object.keys(pod.annotations).filter((name) => !name.startsWith(kubeadmAnnotations))
  const from = imageVersion(manifest)
  const [release, next] = [parseRelease(from ?? ''), parseRelease(version)]
  const changes = release === undefined || next === undefined ? [] : defaultChangesBetween(release, next)
  return {
    from,
    to: version,
    flags,
    volumes,
    lost: [
      ...lost,
      ...had.filter((name) => !volumes.includes(name)).map((name) => `volume and mount ${name}`),
    ],
    gained: [
      ...gained,
      ...volumes.filter((name) => !had.includes(name)).map((name) => `volume and mount ${name}`),
    ],
    changed: [
      ...annotations.map(
        (name) =>
          `annotation ${name} will be lost: kubeadm keeps no annotations${name.startsWith(ownAnnotations) ? ', but nothing needs this one' : ''}`,
      ),
      ...changes
        .filter(({ flag }) => !(flag in flags))
        .map(
          ({ flag, before, after }) => `--${flag} is not set: its default changes from ${before} to ${after}`,
        ),
    ],
  }
}
