import { readFileSync } from 'node:fs'
import { quote } from '../connection/shell.ts'
import type { Question } from './question.ts'

/**
 * Bytes above which a file is not read. planewright edits configuration, and a survey must not read a log
 * through the connection by mistake.
 */
export const largestFile = 4 * 1024 * 1024

const functions = readFileSync(new URL('survey.sh', import.meta.url), 'utf8')

/** The path as it stands in the answer. Encoded here, so that the host need not start a program for it. */
function base64(path: string): string {
  return Buffer.from(path).toString('base64')
}

function call(question: Question): string {
  switch (question.ask) {
    case 'identity':
      return 'answer_identity'
    case 'file':
      return `answer_file ${quote(question.path)} ${base64(question.path)}`
    case 'folder':
      return `answer_folder ${quote(question.path)}`
    case 'processes':
      return ['answer_processes', quote(question.name), ...question.sees.map(quote)].join(' ')
  }
}

/** The script that answers all of these questions, in their order, in one exchange. */
export function surveyScript(questions: readonly Question[]): string {
  return [`largest_file=${largestFile}`, functions, ...questions.map(call), ''].join('\n')
}
