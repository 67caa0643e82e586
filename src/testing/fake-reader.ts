import path from 'node:path'
import type { Fact, FileFact, ProcessFact } from '../host/fact.ts'
import type { HostReader } from '../host/host-reader.ts'
import type { FakeHost } from './fake-host.ts'

/** What a process sees at each path that a task asks for; nothing for a path that was not given. */
function seeing(process: ProcessFact, paths: readonly string[]): ProcessFact {
  const sight = (wanted: string) => process.sees.find((one) => one.path === wanted)
  return { ...process, sees: paths.map((wanted) => sight(wanted) ?? { path: wanted, inode: undefined }) }
}

/** Answers a task's questions about a host. */
export function readFakeHost({ files, processes, now }: FakeHost): HostReader {
  const answer = <F extends Fact>(fact: F) => Promise.resolve(fact)
  const at = (wanted: string): FileFact => files[wanted] ?? { fact: 'file', type: 'absent', path: wanted }
  return {
    file: (wanted) => answer(at(wanted)),
    folder: (folder) => {
      const entries = Object.values(files).filter((fact) => path.posix.dirname(fact.path) === folder)
      return answer({ fact: 'folder', path: folder, entries })
    },
    processes: (name, sees) => {
      const own = processes.filter(({ argv: [program = ''] }) => path.posix.basename(program) === name)
      return answer({ fact: 'processes', name, processes: own.map((process) => seeing(process, sees)) })
    },
    identity: () => answer({ fact: 'identity', uid: 0, now }),
  }
}
