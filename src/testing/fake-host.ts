import type { FileFact, ProcessFact } from '../host/fact.ts'
import { factOf, type FakeFile } from './fake-file.ts'

/** A host as a value: what is at each path, which processes run, and what time it is. Nothing changes it. */
export interface FakeHost {
  readonly name: string
  readonly groups: readonly string[]
  /** By path; at any other path there is nothing. */
  readonly files: Readonly<Record<string, FileFact>>
  /** A process is found by the base name of its first argument. */
  readonly processes: readonly ProcessFact[]
  /** Seconds since 1970, on the host's clock. */
  readonly now: number
}

/** What a fake host is made of; see {@link fakeHost}. */
export interface FakeHostOptions {
  /** `cp1` unless said. */
  readonly name?: string
  /** `kube_control_plane` unless said. */
  readonly groups?: readonly string[]
  /** By absolute path. Their content is an hour old unless said. */
  readonly files?: Readonly<Record<string, FakeFile>>
  /** Beside those of static pods, which {@link startStaticPod} makes. */
  readonly processes?: readonly ProcessFact[]
  /** Seconds since 1970; 1800000000 (15 January 2027) unless said. */
  readonly now?: number
}

/** Seconds: older than anything that a kubelet could still be at work on. */
const hour = 3600

/** A host on which there is what is said, and nothing else. Its name and groups are those that tasks see. */
export function fakeHost(options: FakeHostOptions = {}): FakeHost {
  const { name = 'cp1', groups = ['kube_control_plane'], files = {}, processes = [] } = options
  const { now = 1_800_000_000 } = options
  const facts = Object.entries(files).map(([path, file]) => [path, factOf(path, file, now - hour)] as const)
  return { name, groups, files: Object.fromEntries(facts), processes, now }
}

/** The host after somebody has written these files just now; undefined takes away what is at a path. */
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

/** The text of a file of a fake host; undefined where there is none. */
export function contentOf({ files }: FakeHost, path: string): string | undefined {
  const fact = files[path]
  return fact?.type === 'regular' ? fact.content.toString('utf8') : undefined
}

/** The host some seconds later. */
export function later<Host extends FakeHost>(host: Host, seconds: number): Host {
  return { ...host, now: host.now + seconds }
}
