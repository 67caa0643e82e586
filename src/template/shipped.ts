import { readFileSync } from 'node:fs'

/** The templates that come with planewright: name to text. A test compares them with the folder. */
export const shippedTemplates: ReadonlyMap<string, string> = new Map([
  ['preempt-k8s', readFileSync(new URL('../../templates/preempt-k8s.yaml.hbs', import.meta.url), 'utf8')],
])
