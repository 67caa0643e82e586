import { flagValues, parseFlags } from '../manifest/flags.ts'
import { imageVersion } from '../manifest/image-version.ts'
import type { StaticPod } from '../manifest/static-pod.ts'
import type { FileFact } from '../host/fact.ts'

/** What stands on a control plane, by setting (`kube-apiserver --flag`, a path): what its peers should have alike. */
export type Observed = Readonly<Record<string, string>>

/** What a control plane's own address is shown as: it differs by nature. */
const own = '(its own address)'

function withoutOwn(value: string, addresses: readonly string[]): string {
  return addresses.reduce((text, address) => text.replaceAll(address, own), value)
}

/**
 * The settings of a static pod as they stand in its manifest, and of the files that it reads when it starts.
 *
 * @param address the host's own, beside the one that the program advertises
 */
export function observe(
  manifest: string,
  { container }: Pick<StaticPod, 'container'>,
  files: readonly FileFact[],
  address: string,
): Observed {
  const argv = [...container.command, ...container.args]
  const addresses = [...flagValues(argv, 'advertise-address'), address].filter((one) => one !== '')
  const component = container.name
  const settings: Record<string, string> = { [`${component} version`]: imageVersion(manifest) ?? 'unknown' }
  for (const { name } of parseFlags(argv, 0).flags) {
    settings[`${component} --${name}`] = flagValues(argv, name)
      .map((value) => withoutOwn(value, addresses))
      .join(', ')
  }
  for (const file of files) {
    settings[file.path] = file.type === 'regular' ? `sha256 ${file.sha256.slice(0, 12)}` : file.type
  }
  return settings
}
