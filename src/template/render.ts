import Handlebars from 'handlebars'
import { PlanewrightError } from '../error.ts'
import { blockHelpers, inlineHelpers, strictHelpers } from './helper.ts'
import { makeStrict } from './strict-template.ts'
import { findValue, jsonValue, listValue, printValue, type TemplatePlace } from './strict-value.ts'

/** A template that only needs the variables. */
export type CompiledTemplate = (variables: Readonly<Record<string, unknown>>) => string

/**
 * Renders a Handlebars template with variables; see {@link compileTemplate}.
 *
 * @throws PlanewrightError `template` with file and line, and the column if it is known
 */
export function renderTemplate(
  source: string,
  variables: Readonly<Record<string, unknown>>,
  place: { readonly file: string },
): string {
  return compileTemplate(source, place)(variables)
}

/**
 * Compiles a Handlebars template. Nothing is escaped, as the output is YAML. Nothing is read from prototypes.
 * Nothing may be missing, wherever it stands. A template has the blocks `if`, `unless`, `each` and `with`,
 * and the helpers `lookup` and `json`; no partials.
 *
 * @param place - the template's file, for messages
 * @throws PlanewrightError `template` with file and line, and the column if it is known
 */
export function compileTemplate(source: string, { file }: { readonly file: string }): CompiledTemplate {
  const render = refuseByOwnError(file, () => {
    const program = Handlebars.parse(source)
    makeStrict(program, file)
    return createEnvironment(file).compile<Readonly<Record<string, unknown>>>(program, {
      strict: true,
      noEscape: true,
      knownHelpersOnly: true,
      knownHelpers: Object.fromEntries(
        [...Object.keys({ ...blockHelpers, ...inlineHelpers }), ...Object.values(strictHelpers)].map(
          (name) => [name, true],
        ),
      ),
    })
  })
  return (variables) => refuseByOwnError(file, () => render(variables))
}

function refuseByOwnError<Result>(file: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw error instanceof PlanewrightError ? error : syntaxError(error, file)
  }
}

/** The variables of the present rendering. Handlebars gives a helper its options as the last parameter. */
function variablesOf(options: unknown): Readonly<Record<string, unknown>> {
  return (options as { readonly data: { readonly root: Readonly<Record<string, unknown>> } }).data.root
}

/** A separate Handlebars environment for each template, as its messages name the template's file. */
function createEnvironment(file: string): typeof Handlebars {
  const environment = Handlebars.create()
  const placeOf = (line: unknown, column: unknown): TemplatePlace => ({
    file,
    line: Number(line),
    column: Number(column),
  })
  environment.registerHelper({
    [strictHelpers.find]: (...parameters: unknown[]) => {
      const [start, path, line, column, ...steps] = parameters.slice(0, -1)
      const variables = variablesOf(parameters.at(-1))
      const lookup = { path: String(path), place: placeOf(line, column), variables }
      return findValue(start, steps.map(String), lookup)
    },
    [strictHelpers.print]: (value: unknown, line: unknown, column: unknown) =>
      printValue(value, placeOf(line, column)),
    [strictHelpers.list]: (value: unknown, line: unknown, column: unknown) =>
      listValue(value, placeOf(line, column)),
    json: (value: unknown) => jsonValue(value),
    lookup: (value: unknown, name: unknown, line: unknown, column: unknown, options: unknown) =>
      findValue(value, [String(name)], {
        path: `lookup … ${String(name)}`,
        place: placeOf(line, column),
        variables: variablesOf(options),
      }),
  })
  return environment
}

/** The error for what Handlebars itself refuses; its parser only knows the line. */
function syntaxError(error: unknown, file: string): PlanewrightError {
  const message = error instanceof Error ? error.message : String(error)
  const known = error as { readonly lineNumber?: unknown; readonly column?: unknown }
  const line =
    typeof known.lineNumber === 'number' ? known.lineNumber : Number(/ on line (\d+)/.exec(message)?.[1])
  return new PlanewrightError('template', 'the template is not valid Handlebars', {
    where: {
      file,
      ...(Number.isInteger(line) ? { line } : {}),
      ...(typeof known.column === 'number' ? { column: known.column + 1 } : {}),
    },
    why: message,
    remedy: 'Correct the template at this place.',
    cause: error,
  })
}
