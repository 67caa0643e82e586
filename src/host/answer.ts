import { createHash } from 'node:crypto'
import { PlanewrightError } from '../error.ts'
import type { Fact, FileFact, FolderFact, IdentityFact, ProcessesFact, ProcessFact } from './fact.ts'
import type { Question } from './question.ts'

/** The sha256, in hex, of bytes or of a text's UTF-8. */
export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}

/** The lines of a survey's output, read one after another. */
class Lines {
  readonly #lines: readonly string[]
  #next = 0

  constructor(output: Buffer) {
    this.#lines = output.toString('latin1').split('\n')
  }

  next(): readonly string[] {
    return (this.#lines[this.#next++] ?? '').split(' ')
  }

  /** Goes to the line after the next one that is exactly this word. */
  skipPast(word: string): void {
    while (this.#next < this.#lines.length && this.#lines[this.#next++] !== word);
  }
}

function decode(base64: string | undefined): Buffer {
  return Buffer.from(base64 ?? '', 'base64')
}

function malformed(fields: readonly string[]): PlanewrightError {
  return new PlanewrightError('host', 'the host gives an answer that planewright cannot read', {
    why: fields.join(' ').slice(0, 200),
    remedy:
      'planewright needs a POSIX sh and GNU or busybox coreutils (stat -c, base64, cut, tr) on the host.',
  })
}

function readFile(fields: readonly string[]): FileFact {
  const [kind, path64, type, mode, owner, group, inode, modified, rest] = fields
  const path = decode(path64).toString('utf8')
  if (kind !== 'file') throw malformed(fields)
  if (type === 'absent') return { fact: 'file', type, path }
  if (type === 'unreadable') {
    const why = decode(mode).toString('utf8')
    throw new PlanewrightError('host', `cannot read ${path}`, {
      where: { path },
      why,
      remedy: 'Check what is at this path. planewright expects a small configuration file.',
    })
  }
  if (inode === undefined || modified === undefined) throw malformed(fields)
  const ownership = { mode: parseInt(mode ?? '', 8), owner: Number(owner), group: Number(group) }
  if (type === 'directory') return { fact: 'file', type, path, ...ownership, inode }
  if (type === 'other') {
    return { fact: 'file', type, path, ...ownership, description: decode(rest).toString('utf8').trim() }
  }
  if (type !== 'regular' || !rest?.startsWith('content:')) throw malformed(fields)
  const content = decode(rest.slice('content:'.length))
  const hash = sha256(content)
  return { fact: 'file', type, path, ...ownership, content, sha256: hash, inode, modified: Number(modified) }
}

function readFolder(path: string, lines: Lines): FolderFact {
  const opening = lines.next()
  if (opening[0] !== 'folder') throw malformed(opening)
  const entries: FileFact[] = []
  for (let fields = lines.next(); fields[0] !== 'end'; fields = lines.next()) entries.push(readFile(fields))
  return { fact: 'folder', path, entries }
}

function readProcess(fields: readonly string[], sees: readonly string[], clock: Clock): ProcessFact {
  const [kind, pid, ticks, argv, ...sights] = fields
  if (kind !== 'process') throw malformed(fields)
  const startTicks = Number(ticks)
  const words = decode(argv).toString('utf8').split('\0')
  // The kernel ends each argument with a NUL, so nothing comes after the last one.
  if (words.at(-1) === '') words.pop()
  return {
    pid: Number(pid),
    argv: words,
    startTicks,
    started: clock.boot + startTicks / clock.hertz,
    sees: sees.map((path, index) => {
      const inode = sights[index]
      return { path, inode: inode === '-' ? undefined : inode }
    }),
  }
}

interface Clock {
  readonly boot: number
  readonly hertz: number
}

function readProcesses(name: string, sees: readonly string[], lines: Lines): ProcessesFact {
  const opening = lines.next()
  if (opening[0] !== 'processes') throw malformed(opening)
  const clock = { boot: Number(opening[1]), hertz: Number(opening[2]) }
  const processes: ProcessFact[] = []
  for (let fields = lines.next(); fields[0] !== 'end'; fields = lines.next()) {
    processes.push(readProcess(fields, sees, clock))
  }
  return { fact: 'processes', name, processes }
}

function readIdentity(lines: Lines): IdentityFact {
  const fields = lines.next()
  if (fields[0] !== 'identity') throw malformed(fields)
  return { fact: 'identity', uid: Number(fields[1]), now: Number(fields[2]) }
}

function readAnswer(question: Question, lines: Lines): Fact {
  switch (question.ask) {
    case 'identity':
      return readIdentity(lines)
    case 'file':
      return readFile(lines.next())
    case 'folder':
      return readFolder(question.path, lines)
    case 'processes':
      return readProcesses(question.name, question.sees, lines)
  }
}

/**
 * If a file cannot be read, the next answer can be read all the same. Output that is no answer at all ends
 * the reading.
 */
function readOrFail(question: Question, lines: Lines): Fact | PlanewrightError {
  try {
    return readAnswer(question, lines)
  } catch (error) {
    if (!(error instanceof PlanewrightError) || error.where.path === undefined) throw error
    if (question.ask === 'folder') lines.skipPast('end')
    return error
  }
}

/**
 * Reads the facts from a survey's output, in the order of its questions. If a file cannot be read, or a
 * folder has such a file, the PlanewrightError `host` with the reason stands in its place.
 *
 * @throws PlanewrightError `host` for output that is no answer.
 */
export function readAnswers(
  questions: readonly Question[],
  output: Buffer,
): readonly (Fact | PlanewrightError)[] {
  const lines = new Lines(output)
  return questions.map((question) => readOrFail(question, lines))
}
