import type { HostReader } from '../../host/host-reader.ts'
import { checkPath } from './check-definition.ts'

/**
 * The reader that tasks get. It refuses a path that no fact can be found by, instead of reading a relative path in some
 * folder of the host. The engine itself also reads paths that a host names, however they are written.
 */
export function readerForTasks(reader: HostReader): HostReader {
  return {
    async file(path) {
      checkPath(path)
      return reader.file(path)
    },
    async folder(path) {
      checkPath(path)
      return reader.folder(path)
    },
    async processes(name, sees) {
      for (const path of sees) checkPath(path)
      return reader.processes(name, sees)
    },
    identity: () => reader.identity(),
  }
}
