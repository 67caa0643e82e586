import { parseAllDocuments } from 'yaml'
import { baseName } from './flags.ts'

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh', 'busybox'])

/** Whether an argv is a shell with its program in a string: `sh -c "exec kube-apiserver …"`. */
export function isShellProgram(argv: readonly string[]): boolean {
  return shells.has(baseName(argv[0] ?? '')) && argv.some((item) => /^-[a-z]*c$/.test(item))
}

/**
 * The index of a program in an argv: the first item that is not a flag and whose last path part is its name;
 * -1 if there is none.
 */
export function componentIndex(argv: readonly string[], component: string): number {
  return argv.findIndex((item) => !item.startsWith('-') && baseName(item) === component)
}

/**
 * Whether this text is a Pod manifest that runs a component: by a container's name, or by its command or
 * args, also after `/go-runner` or inside `sh -c`. The kubelet runs every file in its manifests folder, so
 * two such files are two apiservers (k/k#55596). Never throws: a text that cannot be read runs nothing.
 */
export function runsComponent(text: string, component: string): boolean {
  try {
    // The kubelet takes the last of two equal keys, and does not warn. So equal keys are no error here.
    const documents = [...parseAllDocuments(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' })]
    return documents.some(
      (document) => document.errors.length === 0 && podRuns(document.toJS() as unknown, component),
    )
  } catch {
    return false
  }
}

function podRuns(value: unknown, component: string): boolean {
  if (!isRecord(value) || value.kind !== 'Pod' || !isRecord(value.spec)) return false
  const { containers, initContainers } = value.spec
  return [...listOf(containers), ...listOf(initContainers)].some((container) => {
    if (!isRecord(container)) return false
    if (container.name === component) return true
    const argv = [...listOf(container.command), ...listOf(container.args)].map(String)
    const words = isShellProgram(argv) ? argv.flatMap((item) => item.split(/[\s;&|()'"]+/)) : argv
    return componentIndex(words, component) !== -1
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
