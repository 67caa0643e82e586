import { flagValues, parseFlags, programIndex } from '../../manifest/flags.ts'
import { imageVersion } from '../../manifest/image-version.ts'
import type { StaticPod } from '../../manifest/static-pod.ts'
import type { FileFact } from '../../host/fact.ts'
import type { Observed, ObservedSetting } from '../values/observed.ts'

/** Stands for a control plane's own address. */
const own = '(its own address)'

/** Matches an address only as a whole: 10.0.0.1 is not in 10.0.0.10, nor cp1 in cp1.example.org. */
function standingAlone(address: string): RegExp {
  const literal = address.replace(/[^\w]/g, String.raw`\$&`)
  // An IPv6 address with a port stands in brackets, so no colon follows the address itself.
  const colon = address.includes(':') ? ':' : ''
  return new RegExp(String.raw`(?<![\w.${colon}-])${literal}(?![\w${colon}-]|\.\w)`, 'g')
}

function withoutOwn(value: string, addresses: readonly string[]): string {
  return addresses.reduce((text, address) => text.replaceAll(standingAlone(address), own), value)
}

function alike(text: string): ObservedSetting {
  return { stated: text, general: text }
}

/**
 * The settings in a static pod's manifest, and the files that it reads at its start.
 *
 * @param address the host's own, in addition to the one that the program advertises
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
  const version = alike(imageVersion(manifest) ?? 'unknown')
  const settings: Record<string, ObservedSetting> = { [`${component} version`]: version }
  for (const { name } of parseFlags(argv, programIndex(argv)).flags) {
    const stated = flagValues(argv, name).join(', ')
    settings[`${component} --${name}`] = { stated, general: withoutOwn(stated, addresses) }
  }
  for (const file of files) {
    settings[file.path] = alike(file.type === 'regular' ? `sha256 ${file.sha256.slice(0, 12)}` : file.type)
  }
  return settings
}
