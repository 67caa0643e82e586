import { readFile } from 'node:fs/promises'
import { type ErrorCode, PlanewrightError } from '../error.ts'

/** The purpose of an operator's file, and the error code if it is not text. */
export interface TextFilePurpose {
  /** A word for messages, such as `inventory` or `template`. */
  readonly kind: string
  readonly code: ErrorCode
}

/**
 * The text of an operator's file, without a byte order mark.
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
    throw new PlanewrightError(purpose.code, `the ${purpose.kind} ${file} is not text`, {
      where: { file },
      why: 'It has bytes that are not valid UTF-8.',
      remedy: 'Save it as UTF-8. planewright cannot read packed or encrypted files.',
      cause: error,
    })
  }
}

function unreadable(file: string, purpose: TextFilePurpose, error: unknown): PlanewrightError {
  const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
  return new PlanewrightError(
    'usage',
    missing ? `there is no ${purpose.kind} ${file}` : `the ${purpose.kind} ${file} cannot be read`,
    {
      where: { file },
      why: error instanceof Error ? error.message : String(error),
      remedy: missing ? 'Correct the path.' : 'Check what is at this path, and its permissions.',
      cause: error,
    },
  )
}
