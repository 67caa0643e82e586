import { visible } from './visible.ts'

/** One value, with the labels that distinguish it within its family. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** A gauge: all its samples, and what they mean. */
export interface Gauge {
  readonly name: string
  /**
   * Prometheus shows it. All files on a machine must have the same text: node_exporter accepts no two texts
   * for one name.
   */
  readonly help: string
  readonly samples: readonly Sample[]
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

/** Any text may be a label's value. Control characters are escaped, as a scanner may stop at NUL. */
function labelText([name, value]: readonly [string, string]): string {
  const escaped = visible(value).replace(/[\\"\n]/g, (character) => escapes[character] ?? character)
  return `${name}="${escaped}"`
}

function gaugeText({ name, help, samples }: Gauge): string {
  const lines = samples.map(({ labels, value }) => {
    const inBraces = Object.entries(labels).map(labelText).join(',')
    return `${name}{${inBraces}} ${value}\n`
  })
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`
}

/**
 * Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). It has no timestamps,
 * as node_exporter refuses a file that has any (collector/textfile.go). A gauge without samples is left out.
 */
export function expositionText(gauges: readonly Gauge[]): string {
  return gauges
    .filter(({ samples }) => samples.length > 0)
    .map(gaugeText)
    .join('')
}
