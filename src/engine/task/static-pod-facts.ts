import path from 'node:path'
import type { FileFact, FolderFact, ProcessesFact } from '../../host/fact.ts'
import type { HostReader } from '../../host/host-reader.ts'

/** What must be known about a static pod before its manifest is changed. */
export interface StaticPodFacts {
  readonly manifest: FileFact
  /** The manifest's folder: it may have a second manifest of the same component. */
  readonly folder: FolderFact
  readonly processes: ProcessesFact
}

/**
 * Asks for the facts that {@link staticPod} needs. `sees` are paths inside the container: what the running
 * process sees there shows whether its mounts are still those of the host.
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
