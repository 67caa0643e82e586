/**
 * The vitest projects that `npm test` runs. They show that planewright works. `npm run test:all` also runs the others, and
 * CI runs one slice of them.
 */
export const essentialProjects = ['unit', 'ssh', 'package', 'smoke'] as const

/** The arguments with which vitest runs these projects alone. */
export function onlyProjects(names: readonly string[]): readonly string[] {
  return names.map((name) => `--project=${name}`)
}

/** The arguments with which vitest runs all projects but these. */
export function allButProjects(names: readonly string[]): readonly string[] {
  return names.map((name) => `--project=!${name}`)
}
