import type { FileFact, ProcessFact } from '../host/fact.ts'
import { factOf, type FakeFile } from './fake-file.ts'

/** A host as a value: its files, its processes, and its time. It never changes. */
export interface FakeHost {
  readonly name: string
  readonly groups: readonly string[]
  /** By path; there is nothing at any other path. */
  readonly files: Readonly<Record<string, FileFact>>
  /** A process is found by the base name of its first argument. */
  readonly processes: readonly ProcessFact[]
  /** Seconds since 1970, on the host's clock. */
  readonly now: number
}

/** The options of {@link fakeHost}. */
export interface FakeHostOptions {
  /** The default is `cp1`. */
  readonly name?: string
  /** The default is `kube_control_plane`. */
  readonly groups?: readonly string[]
  /** By absolute path. By default, their content is an hour old. */
  readonly files?: Readonly<Record<string, FakeFile>>
  /** Processes in addition to those of static pods, which {@link startStaticPod} makes. */
  readonly processes?: readonly ProcessFact[]
  /** Seconds since 1970; the default is 1800000000 (15 January 2027). */
  readonly now?: number
}

/** Seconds. An hour after an edit, no kubelet is still at work on it. */
const hour = 3600

/** Makes a host with the given files and processes, and nothing else. Tasks see its name and groups. */
export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const { name = 'cp1', groups = ['kube_control_plane'], files = {}, processes = [] } = options
  const { now = 1_800_000_000 } = options
  const facts = Object.entries(files).map(([path, file]) => [path, factOf(path, file, now - hour)] as const)
  return { name, groups, files: Object.fromEntries(facts), processes, now }
}

/** The host after somebody wrote these files just now; undefined removes what is at a path. */
export function withFiles<Host extends FakeHost>(
  host: Host,
  files: Readonly<Record<string, FakeFile | undefined>>,
): Host {
  const written = Object.entries(files).flatMap(([path, file]) =>
    file === undefined ? [] : [[path, factOf(path, file, host.now)] as const],
  )
  const kept = Object.entries(host.files).filter(([path]) => !(path in files))
  return { ...host, files: Object.fromEntries([...kept, ...written]) }
}

/** The text of a fake host's file; undefined if there is none. */
export function contentOf({ files }: FakeHost, path: string): string | undefined {
  const fact = files[path]
  return fact?.type === 'regular' ? fact.content.toString('utf8') : undefined
}

/** The host some seconds later. */
export function later<Host extends FakeHost>(host: Host, seconds: number): Host {
  return { ...host, now: host.now + seconds }
}
