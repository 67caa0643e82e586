import { readFile } from 'node:fs/promises'
import { type ErrorCode, PlanewrightError } from '../error.ts'

/** What the operator's file is to them, and what kind of failure it is when it is not text. */
export interface TextFilePurpose {
  /** Such as `inventory` or `template`: a word for messages. */
  readonly kind: string
  readonly code: ErrorCode
}

/**
 * The text of a file of the operator's, without a byte order mark.
 *
 * @throws PlanewrightError `usage` when it cannot be read; with the purpose's own code when it is not UTF-8
 */
export async function readTextFile(file: string, purpose: TextFilePurpose): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw unreadable(file, purpose, error)
  })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new PlanewrightError(purpose.code, `The ${purpose.kind} ${file} is not text`, {
      where: { file },
      why: 'It holds bytes that are not valid UTF-8.',
      remedy: 'Save it in UTF-8; files packed or encrypted by another tool cannot be read.',
      cause: error,
    })
  }
}

function unreadable(file: string, purpose: TextFilePurpose, error: unknown): PlanewrightError {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
  return new PlanewrightError(
    'usage',
    missing ? `There is no ${purpose.kind} ${file}` : `The ${purpose.kind} ${file} cannot be read`,
    {
      where: { file },
      why: error instanceof Error ? error.message : String(error),
      remedy: missing ? 'Check the path.' : 'Check what it is, and its permissions.',
      cause: error,
    },
  )
}
