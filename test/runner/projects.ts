/**
 * The projects of vitest that `npm test` runs: what shows that planewright works. `npm run test:all` runs the others as
 * well, and CI a slice of them.
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
