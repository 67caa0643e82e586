import type * as z from 'zod'
import type { HostReader } from '../../host/host-reader.ts'
import { checkTaskName } from './check-definition.ts'
import type { Desired } from './desired.ts'
import { readerForTasks } from './task-reader.ts'

/** The answers to what `gather` asked for: each promise has become its fact. */
export type Gathered<Facts> = { readonly [Name in keyof Facts]: Awaited<Facts[Name]> }

/** The host, for a task that treats hosts differently. */
export interface TaskHost {
  readonly name: string
  readonly groups: readonly string[]
  /** All variables of the host; declared ones have their defaults. */
  readonly variables: Readonly<Record<string, unknown>>
}

export interface PlanContext<Params, Facts> {
  readonly host: TaskHost
  readonly params: Params
  /** The facts as the earlier tasks of the run will leave them. */
  readonly facts: Gathered<Facts>
}

export interface TaskDefinition<Shape extends z.ZodObject, Facts extends object> {
  /** The task's name in reports, for example `audit policy`. */
  readonly name: string
  /** The variables that the task declares, with their types and defaults. */
  readonly params: Shape
  /**
   * Asks the host for facts, and does nothing else. It returns an object of promises. The questions that all
   * tasks ask before they await anything are one exchange. An `async` gather that asks after it has awaited
   * something costs one more.
   */
  readonly gather: (host: HostReader, params: z.output<Shape>) => Facts | Promise<Facts>
  /** What should be true on the host. Pure: the same context gives the same answer. */
  readonly plan: (context: PlanContext<z.output<Shape>, Facts>) => readonly Desired[]
}

/** A task. Only its own definition knows its types. */
export interface Task {
  readonly name: string
  readonly params: z.ZodObject
  gather(host: HostReader, params: unknown): Promise<Readonly<Record<string, unknown>>>
  plan(context: PlanContext<unknown, Record<string, unknown>>): readonly Desired[]
}

/** Asks for all facts before it awaits any. */
async function awaitFacts(gathered: object): Promise<Record<string, unknown>> {
  const facts: object = gathered instanceof Promise ? ((await gathered) as object) : gathered
  const entries = Object.entries(facts).map(async ([name, value]) => [name, await value] as const)
  return Object.fromEntries(await Promise.all(entries))
}

/**
 * Makes a task from its definition. A task never writes to a host: it says what should be true, and the
 * engine performs the difference.
 *
 * @example
 * ```ts
 * const loginBanner = defineTask({
 *   name: 'login banner',
 *   params: z.object({ banner: z.string().default('Authorized use only.') }),
 *   gather: (host) => ({ banner: host.file('/etc/issue.net') }),
 *   plan: ({ params }) => [file({ path: '/etc/issue.net', content: `${params.banner}\n`, mode: 0o644 })],
 * })
 * await apply({ ...auditing, inventory, tasks: [...auditing.tasks, loginBanner] })
 * ```
 *
 * @throws PlanewrightError `internal` for a task without a name.
 */
export function defineTask<Shape extends z.ZodObject, Facts extends object>(
  definition: TaskDefinition<Shape, Facts>,
): Task {
  const { name, params } = definition
  checkTaskName(name)
  // The engine gives a task only what its own `params` parsed and its own `gather` returned.
  return {
    name,
    params,
    gather: async (host, parsed) =>
      awaitFacts(definition.gather(readerForTasks(host), parsed as z.output<Shape>)),
    plan: (context) => definition.plan(context as unknown as PlanContext<z.output<Shape>, Facts>),
  }
}
