import path from 'node:path'
import * as z from 'zod'
import { PlanewrightError, type ErrorPlace } from '../../error.ts'
import type { Host } from '../../inventory/inventory.ts'
import type { Variable } from '../../inventory/variable.ts'
import { TemplateReference } from '../task/parameters.ts'
import type { Task } from '../task/task.ts'

/** A task, as the owner of variables. */
export type Declarer = Pick<Task, 'name' | 'params'>

/** The variables of one host, checked against what the tasks declare. */
export interface HostVariables {
  /** By task name: the values that its `params` parsed. */
  readonly byTask: ReadonlyMap<string, Readonly<Record<string, unknown>>>
  /** All variables, as templates see them: declared ones are parsed and have their defaults. */
  readonly all: Readonly<Record<string, unknown>>
  /** The values of type `TemplateReference`, each with the folder that it is relative to. */
  readonly templates: ReadonlyMap<string, string>
}

function place(host: Host, variable: Variable | undefined): ErrorPlace {
  const { file, line, column } = variable?.source ?? {}
  return {
    host: host.name,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  }
}

function refuse(
  host: Host,
  task: Declarer,
  error: z.ZodError,
  raw: Readonly<Record<string, unknown>>,
): never {
  const issue = error.issues[0]
  const name = String(issue?.path[0] ?? '')
  const variable = host.variables.get(name)
  throw new PlanewrightError('variable', `the variable ${name} cannot be used`, {
    where: { ...place(host, variable), task: task.name },
    why: `${name} ${issue?.message ?? 'is not valid'}; it is ${name in raw ? JSON.stringify(raw[name]) : 'not set'}${
      variable === undefined ? '' : ` (${variable.source.description})`
    }`,
    remedy: `Correct ${name} where it is set. docs/variables.md lists every variable with its type and default.`,
  })
}

function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return unwrap(schema.unwrap())
  return schema
}

function isTemplate(task: Declarer, name: string): boolean {
  return unwrap(task.params.shape[name]) === TemplateReference
}

/**
 * Checks a host's variables against the tasks' declarations.
 *
 * @throws PlanewrightError `variable`, with file, line and column of the wrong value.
 */
export function resolveVariables(host: Host, tasks: readonly Declarer[]): HostVariables {
  const byTask = new Map<string, Readonly<Record<string, unknown>>>()
  const templates = new Map<string, string>()
  const own = Object.fromEntries([...host.variables].map(([name, variable]) => [name, variable.value]))
  const all: Record<string, unknown> = { ...own, inventory_hostname: host.name, group_names: host.groups }
  for (const task of tasks) {
    const declared = Object.keys(task.params.shape)
    const raw = Object.fromEntries(declared.filter((name) => name in own).map((name) => [name, own[name]]))
    const result = task.params.safeParse(raw)
    if (!result.success) refuse(host, task, result.error, raw)
    byTask.set(task.name, result.data)
    Object.assign(all, result.data)
    for (const name of declared.filter((candidate) => isTemplate(task, candidate))) {
      const base = host.variables.get(name)?.baseDirectory ?? process.cwd()
      templates.set(String(result.data[name]), path.resolve(base))
    }
  }
  return { byTask, all, templates }
}
