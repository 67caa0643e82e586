import { isMap, isScalar, isSeq, parseAllDocuments, visit, type Scalar } from 'yaml'

/** Replaces a value that is not shown. */
const hidden = '(not shown)'

/** Containers have `env`; kubeadm makes it from `extraEnvs` (kubeadm.k8s.io/v1beta4). */
const environments: readonly unknown[] = ['env', 'extraEnvs']

function valuesIn(text: string): readonly Scalar[] {
  const values: Scalar[] = []
  for (const document of parseAllDocuments(text)) {
    visit(document, {
      Pair: (_, { key, value: list }) => {
        if (!isScalar(key) || !environments.includes(key.value) || !isSeq(list)) return
        for (const item of list.items) {
          const value = isMap(item) ? item.get('value', true) : undefined
          if (isScalar(value)) values.push(value)
        }
      },
    })
  }
  return values
}

/**
 * A manifest or a configuration as it may be printed: without the values of environment variables. kubeadm
 * writes there the proxies of the person who runs it, with user and password (k/k
 * `cmd/kubeadm/app/util/env.go`, GetProxyEnvVars). They stand next to the flags, so they would be in the
 * context of a diff. Any other text stays as it is.
 */
export function withoutEnvironment(text: string): string {
  if (!/\b(?:env|extraEnvs)\b/.test(text)) return text
  return valuesIn(text).reduceRight((shown, { range }) => {
    if (range == null) return shown
    const [start, end] = range
    // A block's range ends after its last newline.
    const length = text.slice(start, end).trimEnd().length
    return shown.slice(0, start) + hidden + shown.slice(start + length)
  }, text)
}
