import type { Guest } from './guest.ts'

/** One line for each path: its type, mode and owner, and the target of a link or the sha256 of the content. */
export type Description = Readonly<Record<string, string>>

/**
 * Describes what planewright writes to: the manifests, the policy, the kubelet's configuration, the units. It leaves
 * out planewright's own folder. In the folder of the audit log, it describes only directories.
 */
const SCRIPT = `set -e
find /etc/kubernetes /etc/systemd/system /var/lib/kubelet/config.yaml -type f -print0 | xargs -0 sha256sum |
  sed -E 's/^([0-9a-f]{64})  (.*)/sum \\1 \\2/'
find /etc/kubernetes /etc/systemd/system /var/lib/kubelet/config.yaml -printf 'entry %y %m %U:%G %p\\t%l\\n'
if [ -d /var/log/kubernetes ]; then find /var/log/kubernetes -type d -printf 'entry %y %m %U:%G %p\\t%l\\n'; fi
`

/** Describes the machine's files. */
export async function describeFiles(guest: Guest): Promise<Description> {
  return readDescription(await guest.run('describing the files', SCRIPT))
}

/** Parses the script's output. */
export function readDescription(output: string): Description {
  const lines = output.split('\n')
  const sums = new Map(
    lines.flatMap((line) => {
      const match = /^sum ([0-9a-f]{64}) (.*)$/.exec(line)
      return match === null ? [] : [[match[2] ?? '', match[1] ?? ''] as const]
    }),
  )
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, type = '', mode = '', owner = '', path = '', target = ''] =
        /^entry (\S) (\d+) (\S+) ([^\t]*)\t(.*)$/.exec(line) ?? []
      if (path === '') return []
      return [[path, describeEntry({ type, mode, owner, content: sums.get(path) ?? target })] as const]
    }),
  )
}

/** One entry of a {@link Description}. The mode is octal, with or without leading zeros. */
export function describeEntry(entry: {
  readonly type: string
  readonly mode: string
  readonly owner: string
  readonly content: string
}): string {
  const mode = Number.parseInt(entry.mode, 8).toString(8)
  return `${entry.type} ${mode} ${entry.owner} ${entry.content}`.trimEnd()
}

/** One line for each path that differs; empty if none does. */
export function differences(expected: Description, actual: Description): readonly string[] {
  const paths = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort()
  return paths
    .filter((path) => expected[path] !== actual[path])
    .map((path) => `${path}: ${actual[path] ?? 'missing'} (expected: ${expected[path] ?? 'nothing'})`)
}
