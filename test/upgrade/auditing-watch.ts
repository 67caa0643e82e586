import { onNode } from '../support/node.ts'
import type { LabHost } from '../lab/lab.ts'

/** What the watch saw of a node's apiservers. */
export interface Sightings {
  /** How often the watch saw an apiserver that listened. */
  readonly looks: number
  /** How many different processes it saw. */
  readonly processes: number
  /** A line with time and pid for each time that an apiserver listened without an audit policy or without a log. */
  readonly unaudited: readonly string[]
}

const folder = '/root/auditing-watch'

/** An apiserver counts as serving if its port listens. One look takes some hundredths of a second. */
const watcher = `
mkdir -p ${folder}; cd ${folder}; : >looks; : >unaudited
while [ ! -e stop ]; do
  for pid in $(pgrep -x kube-apiserver); do
    words=$(tr '\\0' '\\n' 2>/dev/null <"/proc/$pid/cmdline") || continue
    grep -q ':192B 0*:0000 0A' /proc/net/tcp6 /proc/net/tcp || continue
    [ -n "$words" ] || continue
    echo "$pid" >>looks
    for flag in policy-file log-path; do
      echo "$words" | grep -q "^--audit-$flag=/" || echo "$(date +%T.%N) $pid" >>unaudited
    done
  done
  sleep 0.1
done`

/** Starts to look at a node's apiservers ten times a second. The watch does not depend on the node's kubelet. */
export async function startWatch(host: LabHost): Promise<void> {
  await onNode(
    host,
    `rm -rf ${folder}; setsid sh -c '${watcher.replaceAll("'", `'\\''`)}' >/dev/null 2>&1 </dev/null &`,
  )
}

/** Ends the watch and returns what it saw. */
export async function endWatch(host: LabHost): Promise<Sightings> {
  const [looks = '', processes = '', unaudited = ''] = (
    await onNode(host, `cd ${folder}; touch stop; wc -l <looks; sort -u looks | wc -l; base64 -w 0 unaudited`)
  ).split('\n')
  const lines = Buffer.from(unaudited, 'base64').toString('utf8').split('\n')
  return {
    looks: Number(looks),
    processes: Number(processes),
    unaudited: lines.filter((line) => line !== ''),
  }
}
