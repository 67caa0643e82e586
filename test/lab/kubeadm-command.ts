import { execOn, requireSuccess } from './exec.ts'
import type { LabHost } from './lab.ts'

/** How a kubeadm command ended, and all that it said: both streams in one, as they are read on a terminal. */
export interface KubeadmResult {
  readonly code: number
  readonly output: string
}

/**
 * Runs kubeadm on a node with a configuration that is gone afterwards: it may have secrets in it.
 *
 * @param command what stands between `kubeadm` and `--config`
 */
export async function execKubeadm(host: LabHost, command: string, config: string): Promise<KubeadmResult> {
  const script = `umask 077
trap 'rm -f /root/kubeadm.yaml' EXIT
cat >/root/kubeadm.yaml <<'CONFIG'
${config}CONFIG
kubeadm ${command} --config /root/kubeadm.yaml 2>&1`
  const { code, stdout } = await execOn(host, script)
  return { code, output: stdout }
}

/**
 * {@link execKubeadm} for a command that has to succeed; its output.
 *
 * @throws PlanewrightError `host` with kubeadm's last words
 */
export async function runKubeadm(host: LabHost, command: string, config: string): Promise<string> {
  const { code, output } = await execKubeadm(host, command, config)
  return requireSuccess(host, `kubeadm ${command}`, { code, stdout: output, stderr: '' })
}
