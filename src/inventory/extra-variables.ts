import { PlanewrightError } from '../error.ts'
import { resolveLocalPath } from './local-path.ts'
import { readTextFile } from './text-file.ts'
import { overlayVariables, type Variable, type Variables } from './variable.ts'
import { readVariablesText } from './variables.ts'

/**
 * Reads the variables given with `-e`, in Ansible's forms: `name=value` (several in one, with quotes for
 * spaces; values are text), `@file` in YAML or JSON, and `{"name": value}` in YAML or JSON. Later ones
 * override earlier ones.
 *
 * @throws PlanewrightError `usage` when it has none of the forms, `inventory` for a file that is not valid
 * YAML
 */
export async function readExtraVariables(
  arguments_: readonly string[],
  workingDirectory: string,
): Promise<Variables> {
  const layers = await Promise.all(arguments_.map((argument) => readArgument(argument, workingDirectory)))
  return overlayVariables(layers)
}

async function readArgument(argument: string, workingDirectory: string): Promise<Variables> {
  if (argument.startsWith('@')) return readFileArgument(argument.slice(1), workingDirectory)
  if (/^[/.]/.test(argument)) throw malformed(argument, `Write @ before the name of a file: -e @${argument}`)
  if (/^[{[]/.test(argument)) return readInline(argument, workingDirectory)
  return readPairs(argument, workingDirectory)
}

async function readFileArgument(file: string, workingDirectory: string): Promise<Variables> {
  const path = resolveLocalPath(file, workingDirectory)
  const text = await readTextFile(path, { kind: 'variables file', code: 'inventory' })
  return readVariablesText(text, file, workingDirectory)
}

function readInline(argument: string, workingDirectory: string): Variables {
  try {
    const variables = readVariablesText(argument, '-e', workingDirectory)
    return new Map([...variables].map(([name, variable]) => [name, fromCommandLine(variable)]))
  } catch (error) {
    if (!(error instanceof PlanewrightError)) throw error
    throw malformed(argument, 'Write a mapping: -e \'{"name": "value"}\'', error)
  }
}

function fromCommandLine(variable: Variable): Variable {
  return { ...variable, source: { description: '-e' } }
}

function readPairs(argument: string, workingDirectory: string): Variables {
  const variables = new Map<string, Variable>()
  for (const word of splitWords(argument)) {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(word) ?? []
    if (name === undefined || value === undefined) {
      throw malformed(argument, 'Write name=value. Put a value with spaces in quotes.')
    }
    variables.set(name.trim(), {
      value: unquote(value.trim()),
      source: { description: '-e' },
      baseDirectory: workingDirectory,
    })
  }
  return variables
}

/** Splits at spaces, except within quotes. */
function splitWords(argument: string): readonly string[] {
  const word = /(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"'])+/gs
  if (argument.replaceAll(word, '').trim() !== '') throw malformed(argument, 'Close the quotes.')
  return argument.match(word) ?? []
}

function unquote(value: string): string {
  const [, , quoted] = /^(["'])(.*)\1$/s.exec(value) ?? []
  return quoted ?? value
}

function malformed(argument: string, remedy: string, cause?: PlanewrightError): PlanewrightError {
  // Messages show no values: one may be a secret that was not meant for planewright.
  const shown = argument.replaceAll(/=\S.*$/gs, '=…').replace(/^([{[]).*$/s, '$1…')
  return new PlanewrightError('usage', `-e ${shown} cannot be read`, {
    ...(cause === undefined ? {} : { why: cause.why ?? cause.message, cause }),
    remedy,
  })
}
