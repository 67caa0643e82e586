import { quote } from '../connection/shell.ts'
import type { Connection } from '../connection/connection.ts'
import { PlanewrightError } from '../error.ts'

/** Milliseconds: kubeadm only reads a file, on a machine that may be busy. */
const timeoutMs = 30_000

/**
 * The script's own exit code if there is no kubeadm, or if it cannot validate (before 1.26, kubeadm#2758).
 */
const cannot = 90

function scriptFor(text: string): string {
  const encoded = Buffer.from(text, 'utf8').toString('base64')
  return `
kubeadm config validate --help >/dev/null 2>&1 || exit ${cannot}
printf %s ${quote(encoded)} | base64 -d | kubeadm config validate --config /dev/stdin 2>&1`
}

/**
 * Lets a host's own kubeadm validate a configuration, and writes nothing there. Returns whether kubeadm could
 * do it.
 *
 * @throws PlanewrightError `host` with kubeadm's own words if it refuses; `unreachable`.
 */
export async function validateConfiguration(
  connection: Connection,
  text: string,
  place: { readonly path: string },
): Promise<'valid' | 'not-judged'> {
  const { code, stdout } = await connection.run(scriptFor(text), { timeoutMs })
  if (code === cannot) return 'not-judged'
  if (code === 0) return 'valid'
  throw new PlanewrightError('host', 'kubeadm refuses the new ClusterConfiguration', {
    where: place,
    why: stdout.toString('utf8').trim(),
    remedy:
      'Nothing was written to it. The error may already be in the stored configuration; find it with kubeadm config validate, and correct it: kubectl --namespace kube-system edit configmap kubeadm-config',
  })
}
