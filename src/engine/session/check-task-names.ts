import { PlanewrightError } from '../../error.ts'
import { guardVariables } from './guard-variables.ts'

/**
 * Refuses two tasks with one name: facts, variables and reports refer to tasks by name.
 *
 * @throws PlanewrightError `usage`
 */
export function checkTaskNames(tasks: readonly { readonly name: string }[]): void {
  const taken = new Set([guardVariables.name])
  for (const { name } of tasks) {
    if (taken.has(name)) {
      const isOurs = name === guardVariables.name
      throw new PlanewrightError('usage', `the name of the task ${name} is taken`, {
        where: { task: name },
        why: isOurs
          ? 'The variables that every run has go by this name.'
          : 'Another task of the run has the same name: facts, variables and reports go by it.',
        remedy: 'Give each task a name of its own.',
      })
    }
    taken.add(name)
  }
}
