import type { Guest } from './guest.ts'

/** Paths and what stands there, in one line each: type, mode, owner, and the target or the sha256 of the content. */
export type Description = Readonly<Record<string, string>>

/**
 * Everything that planewright writes to, but for its own folder and the log: the manifests, the policy, the kubelet's
 * settings, the units. Of the log only its folder.
 */
const SCRIPT = `set -e
find /etc/kubernetes /etc/systemd/system /var/lib/kubelet/config.yaml -type f -print0 | xargs -0 sha256sum |
  sed -E 's/^([0-9a-f]{64})  (.*)/sum \\1 \\2/'
find /etc/kubernetes /etc/systemd/system /var/lib/kubelet/config.yaml -printf 'entry %y %m %U:%G %p\\t%l\\n'
if [ -d /var/log/kubernetes ]; then find /var/log/kubernetes -type d -printf 'entry %y %m %U:%G %p\\t%l\\n'; fi
`

/** Looks at the machine's files. */
export async function describeFiles(guest: Guest): Promise<Description> {
  return readDescription(await guest.run('describing the files', SCRIPT))
}

/** {@link Description} out of the script's output. */
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

/** One entry of a {@link Description}. The mode is octal, with or without zeros before it. */
export function describeEntry(entry: {
  readonly type: string
  readonly mode: string
  readonly owner: string
  readonly content: string
}): string {
  const mode = Number.parseInt(entry.mode, 8).toString(8)
  return `${entry.type} ${mode} ${entry.owner} ${entry.content}`.trimEnd()
}

/** What is different, a line for each path; empty where nothing is. */
export function differences(expected: Description, actual: Description): readonly string[] {
  const paths = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort()
  return paths
    .filter((path) => expected[path] !== actual[path])
    .map((path) => `${path}: ${actual[path] ?? 'missing'} (expected: ${expected[path] ?? 'nothing'})`)
}
