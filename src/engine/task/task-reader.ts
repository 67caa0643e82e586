import type { HostReader } from '../../host/host-reader.ts'
import { checkPath } from './check-definition.ts'

/**
 * The reader that tasks get. It refuses a path that no fact can be found by, instead of reading a relative path in some
 * folder of the host. It throws, and does not reject: `gather` may await another answer before it looks at this one, and
 * nobody would handle the rejection until then. The engine itself also reads paths that a host names, however they are written.
 */
export function readerForTasks(reader: HostReader): HostReader {
  return {
    file(path) {
      checkPath(path)
      return reader.file(path)
    },
    folder(path) {
      checkPath(path)
      return reader.folder(path)
    },
    processes(name, sees) {
      for (const path of sees) checkPath(path)
      return reader.processes(name, sees)
    },
    identity: () => reader.identity(),
  }
}
