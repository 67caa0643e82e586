import path from 'node:path'
import type { FileFact, FolderFact, ProcessesFact } from '../../host/fact.ts'
import type { HostReader } from '../../host/host-reader.ts'

/** What has to be known of a static pod before its manifest is changed. */
export interface StaticPodFacts {
  readonly manifest: FileFact
  /** The kubelet's folder that the manifest stands in: a second manifest of the same component may be there. */
  readonly folder: FolderFact
  readonly processes: ProcessesFact
}

/**
 * Asks for what {@link staticPod} needs. `sees` are paths inside the container: how the running process sees them
 * tells whether its mounts are still those of the host.
 */
export async function gatherStaticPod(
  host: HostReader,
  options: { readonly manifest: string; readonly component: string; readonly sees: readonly string[] },
): Promise<StaticPodFacts> {
  const [manifest, folder, processes] = await Promise.all([
    host.file(options.manifest),
    host.folder(path.posix.dirname(options.manifest)),
    host.processes(options.component, options.sees),
  ])
  return { manifest, folder, processes }
}
