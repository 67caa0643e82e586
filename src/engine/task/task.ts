import type * as z from 'zod'
import { PlanewrightError } from '../../error.ts'
import type { HostReader } from '../../host/host-reader.ts'
import type { Desired } from './desired.ts'

/** What `gather` asked for, answered: each promise in its place has become its fact. */
export type Gathered<Facts> = { readonly [Name in keyof Facts]: Awaited<Facts[Name]> }

/** Who the host is, for a task that treats hosts differently. */
export interface TaskHost {
  readonly name: string
  readonly groups: readonly string[]
  /** All variables of the host, the declared ones with their defaults. */
  readonly variables: Readonly<Record<string, unknown>>
}

export interface PlanContext<Params, Facts> {
  readonly host: TaskHost
  readonly params: Params
  /** As the earlier tasks of the run will have left them. */
  readonly facts: Gathered<Facts>
}

export interface TaskDefinition<Shape extends z.ZodObject, Facts extends object> {
  /** What the reports call it, for example `audit policy`. */
  readonly name: string
  /** The variables that the task declares, with their types and defaults. */
  readonly params: Shape
  /**
   * Asks the host for facts, and only asks: an object of promises, and no promise itself. What is asked before anything
   * is awaited is one round trip.
   */
  readonly gather: (host: HostReader, params: z.output<Shape>) => Facts
  /** What should be true of the host. Pure: the same context gives the same answer. */
  readonly plan: (context: PlanContext<z.output<Shape>, Facts>) => readonly Desired[]
}

/** A task whose types only its own definition knows. */
export interface Task {
  readonly name: string
  readonly params: z.ZodObject
  gather(host: HostReader, params: unknown): Promise<Readonly<Record<string, unknown>>>
  plan(context: PlanContext<unknown, Record<string, unknown>>): readonly Desired[]
}

/** A promise has no entries: the facts in it would be missing without a word. */
async function awaitFacts(task: string, facts: object): Promise<Record<string, unknown>> {
  if (facts instanceof Promise) {
    await Promise.allSettled([facts])
    throw new PlanewrightError('internal', `gather of the task ${task} returns a promise`, {
      where: { task },
      why: 'the engine awaits each fact itself, so that it can ask for the facts of all tasks at once',
      remedy: 'Return an object of promises: gather: (host) => ({ it: host.file("/etc/motd") }).',
    })
  }
  const entries = Object.entries(facts).map(async ([name, value]) => [name, await value] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/**
 * Makes a task of its definition. A task never writes to a host: it says what should be true, and the engine
 * performs the difference.
 */
export function defineTask<Shape extends z.ZodObject, Facts extends object>(
  definition: TaskDefinition<Shape, Facts>,
): Task {
  // The engine hands a task only what that task's own `params` parsed and its own `gather` gave.
  return {
    name: definition.name,
    params: definition.params,
    gather: (host, params) => awaitFacts(definition.name, definition.gather(host, params as z.output<Shape>)),
    plan: (context) => definition.plan(context as unknown as PlanContext<z.output<Shape>, Facts>),
  }
}
