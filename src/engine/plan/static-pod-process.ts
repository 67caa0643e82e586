import type { ProcessDifference } from '../../difference/process-difference.ts'
import type { ProcessesFact, ProcessFact, RegularFileFact } from '../../host/fact.ts'
import { flagValues } from '../../manifest/flags.ts'
import type { DesiredStaticPod } from '../task/desired.ts'
import type { Overlay } from './overlay.ts'

/**
 * Seconds by which a file's time and a process's start may differ: the file's time has whole seconds, the
 * start counts ticks from a boot time that the kernel rounds.
 */
const clockTolerance = 2

/**
 * The process of this pod. A host has several processes of this name only if it also runs other clusters'
 * control planes in containers. Those advertise other addresses.
 */
export function findProcess(
  processes: ProcessesFact,
  manifestArgv: readonly string[],
): ProcessFact | undefined {
  const advertised = flagValues(manifestArgv, 'advertise-address').at(-1)
  const all = processes.processes
  const own = all.filter((one) => flagValues(one.argv, 'advertise-address').at(-1) === advertised)
  const candidates = all.length > 1 && advertised !== undefined ? own : all
  return candidates.toSorted((one, other) => one.startTicks - other.startTicks).at(-1)
}

function differingFlags(desired: DesiredStaticPod, running: ProcessFact): ProcessDifference[] {
  return Object.entries(desired.flags).flatMap(([flag, wanted]): ProcessDifference[] => {
    const values = flagValues(running.argv, flag)
    if (values.length === 1 && values[0] === wanted) return []
    if (values.length === 0) return [{ kind: 'process-lacks-flag', flag }]
    if (values.length > 1) return [{ kind: 'process-repeats-flag', flag, times: values.length }]
    return [{ kind: 'process-flag-value', flag, is: values[0] ?? '', should: wanted }]
  })
}

/**
 * Directories where the process sees another one than the host has, for example because somebody removed it
 * and made it again. Single files do not count: a mount keeps the old inode after a rename (kops#18344), and
 * what matters is what the process read.
 */
function differingDirectories(
  desired: DesiredStaticPod,
  running: ProcessFact,
  overlay: Overlay,
): ProcessDifference[] {
  return desired.mounts.flatMap((mount): ProcessDifference[] => {
    const volume = desired.volumes.find((candidate) => candidate.name === mount.name)
    const sight = running.sees.find((candidate) => candidate.path === mount.mountPath)
    if (sight === undefined || volume === undefined || volume.hostPath.type.startsWith('File')) return []
    const there = overlay.found(volume.hostPath.path)
    if (there === undefined || there.type === 'regular') return []
    if (there.type === 'directory' && there.inode === sight.inode) return []
    return [{ kind: 'process-has-old-directory', path: mount.mountPath }]
  })
}

/** Whether a file has not changed since the process started. The process read it then, and never again. */
function isOlder(file: RegularFileFact, running: ProcessFact): boolean {
  return file.modified <= running.started + clockTolerance
}

/**
 * Files that the process read at its start, and that differ now or will differ. The annotation says what the
 * process read, unless somebody edited the file before the process started.
 */
function misreadFiles(
  desired: DesiredStaticPod,
  running: ProcessFact,
  annotations: Readonly<Record<string, string>>,
  overlay: Overlay,
): ProcessDifference[] {
  return Object.entries(desired.checksums).flatMap(([annotation, file]): ProcessDifference[] => {
    const found = overlay.found(file)
    const wanted = overlay.file(file)
    if (found === undefined || wanted?.type !== 'regular') return []
    const isTold = annotation in annotations
    if (found.type !== 'regular') {
      return isTold ? [] : [{ kind: 'process-read-lost-file', path: file }]
    }
    if (found.sha256 !== wanted.sha256) {
      if (isTold && !isOlder(found, running)) return []
      return [{ kind: 'process-read-other-file', path: file }]
    }
    if (isTold || isOlder(found, running)) return []
    return [{ kind: 'process-older-than-file', path: file }]
  })
}

/** Why the running process does not match the files. Empty if it does. */
export function staleReasons(
  desired: DesiredStaticPod,
  running: ProcessFact | undefined,
  annotations: Readonly<Record<string, string>>,
  overlay: Overlay,
): readonly ProcessDifference[] {
  if (running === undefined) return [{ kind: 'not-running', component: desired.component }]
  return [
    ...differingFlags(desired, running),
    ...differingDirectories(desired, running, overlay),
    ...misreadFiles(desired, running, annotations, overlay),
  ]
}
