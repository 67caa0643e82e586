import DataLoader from 'dataloader'
import type { Connection } from '../connection/connection.ts'
import { PlanewrightError } from '../error.ts'
import { readAnswers } from './answer.ts'
import type { Fact, FileFact, FolderFact, IdentityFact, ProcessesFact } from './fact.ts'
import { questionKey, type Question } from './question.ts'
import { surveyScript } from './survey-script.ts'

/** Milliseconds for one batch of questions: reading some files, on a machine that may be busy. */
const surveyTimeout = 60_000

/**
 * Asks a host for facts. All questions that are asked before the first one is awaited go out in one exchange.
 * No question is asked twice, so all facts are from one moment, as long as the reader lives.
 *
 * Each question rejects with a PlanewrightError: `host` for a file that cannot be read, which fails no other
 * question; `unreachable`.
 */
export interface HostReader {
  /** What is at an absolute path. */
  file(path: string): Promise<FileFact>
  /** The entries of a directory, with the content of its files. */
  folder(path: string): Promise<FolderFact>
  /** The processes whose program has this name (`/proc/<pid>/comm`), and what they see at the given paths. */
  processes(name: string, sees: readonly string[]): Promise<ProcessesFact>
  /** The user that planewright is on the host, and the host's clock. */
  identity(): Promise<IdentityFact>
}

async function ask(
  connection: Connection,
  questions: readonly Question[],
): Promise<readonly (Fact | PlanewrightError)[]> {
  const result = await connection.run(surveyScript(questions), { timeoutMs: surveyTimeout })
  if (result.code !== 0) {
    throw new PlanewrightError('host', 'the facts of the host cannot be read', {
      why: result.stderr.toString('utf8').trim(),
      remedy: 'planewright needs a POSIX sh and coreutils on the host.',
    })
  }
  return readAnswers(questions, result.stdout)
}

/** Makes a reader for the host at the other end of a connection. */
export function readHost(connection: Connection): HostReader {
  const loader = new DataLoader<Question, Fact, string>((questions) => ask(connection, questions), {
    cacheKeyFn: questionKey,
  })
  // readAnswers reads the same list of questions, so an answer is of its question's kind.
  const load = async <F extends Fact>(question: Question): Promise<F> => (await loader.load(question)) as F
  return {
    file: (path) => load({ ask: 'file', path }),
    folder: (path) => load({ ask: 'folder', path }),
    processes: (name, sees) => load({ ask: 'processes', name, sees }),
    identity: () => load({ ask: 'identity' }),
  }
}
