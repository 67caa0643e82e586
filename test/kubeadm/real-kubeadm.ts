import type { LabHost } from '../lab/lab.ts'
import { onNode } from '../support/node.ts'

/** What a node's own kubeadm makes of a configuration. */
export interface KubeadmAnswer {
  /** Whether `kubeadm config validate` has accepted it. */
  readonly isValid: boolean
  /** What it said, warnings and all. */
  readonly words: string
  /** The apiserver's manifest that kubeadm would write, which asks no cluster; empty where it makes none. */
  readonly manifest: string
}

/** sh that asks kubeadm about each of the texts; a line each: the exit code, and words and manifest as base64. */
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

/** The output of {@link kubeadmScript}, text by text. */
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

/** Asks a node's kubeadm about each of the texts, in one script. */
export async function askKubeadm(host: LabHost, texts: readonly string[]): Promise<readonly KubeadmAnswer[]> {
  return readAnswers(await onNode(host, kubeadmScript(texts)))
}
