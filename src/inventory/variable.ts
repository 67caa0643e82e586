import type { ErrorPlace } from '../error.ts'

/** Where a variable was written. Line and column are those of its name, and count from 1. */
export interface VariableSource {
  readonly file?: string
  readonly line?: number
  readonly column?: number
  /** For people: `hosts.yaml:3:5`, or `-e`. */
  readonly description: string
}

/** A variable's value and its source. */
export interface Variable {
  readonly value: unknown
  readonly source: VariableSource
  /**
   * Absolute path of the folder that relative paths in the value are relative to: the folder of the inventory
   * source (also for group_vars and host_vars), or the working directory for `-e`.
   */
  readonly baseDirectory: string
}

/** Variables by name. */
export type Variables = ReadonlyMap<string, Variable>

/** The source of a variable at a place in a file. */
export function variableSource({ file, line, column }: ErrorPlace): VariableSource {
  const description = [file, line, column].filter((part) => part !== undefined).join(':')
  return {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    description,
  }
}

/** A variable's source as the place of an error. */
export function placeOfSource({ file, line, column }: VariableSource): ErrorPlace {
  return {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }
}

/** Merges variables: a later value replaces an earlier one as a whole. */
export function overlayVariables(layers: Iterable<Variables>): Map<string, Variable> {
  const result = new Map<string, Variable>()
  for (const layer of layers) for (const [name, variable] of layer) result.set(name, variable)
  return result
}
