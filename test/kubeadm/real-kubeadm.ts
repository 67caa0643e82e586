import type { LabHost } from '../lab/lab.ts'
import { onNode } from '../support/node.ts'

/** The answer of a node's own kubeadm about a configuration. */
export interface KubeadmAnswer {
  /** Whether `kubeadm config validate` accepts it. */
  readonly isValid: boolean
  /** kubeadm's output, with its warnings. */
  readonly words: string
  /** The apiserver's manifest that kubeadm would write, without asking a cluster. Empty if kubeadm writes none. */
  readonly manifest: string
}

/** sh that asks kubeadm about each text, and prints a line for each: the exit code, then output and manifest as base64. */
export function kubeadmScript(texts: readonly string[]): string {
  const files = texts.map((text) => Buffer.from(text).toString('base64'))
  return `set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export KUBEADM_INIT_DRYRUN_DIR="$dir/made"
for text in ${files.join(' ')}; do
  rm -rf "$dir/made"
  mkdir "$dir/made"
  printf %s "$text" | base64 -d >"$dir/config.yaml"
  code=0
  kubeadm config validate --config "$dir/config.yaml" >"$dir/words" 2>&1 || code=$?
  kubeadm init phase control-plane apiserver --dry-run --config "$dir/config.yaml" >/dev/null 2>&1 || :
  touch "$dir/made/kube-apiserver.yaml"
  echo "$code $(base64 -w 0 <"$dir/words") $(base64 -w 0 <"$dir/made/kube-apiserver.yaml")"
done
`
}

/** Reads the output of {@link kubeadmScript}. */
export function readAnswers(output: string): readonly KubeadmAnswer[] {
  const decoded = (text: string | undefined) => Buffer.from(text ?? '', 'base64').toString()
  return output
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [code, words, manifest] = line.split(' ')
      return { isValid: code === '0', words: decoded(words), manifest: decoded(manifest) }
    })
}

/** Asks a node's kubeadm about all texts, in one script. */
export async function askKubeadm(host: LabHost, texts: readonly string[]): Promise<readonly KubeadmAnswer[]> {
  return readAnswers(await onNode(host, kubeadmScript(texts)))
}
