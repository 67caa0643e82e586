import { execOn, requireSuccess } from './exec.ts'
import type { LabHost } from './lab.ts'

/** The result of a kubeadm command, with stdout and stderr in one text, as on a terminal. */
export interface KubeadmResult {
  readonly code: number
  readonly output: string
}

/**
 * Runs kubeadm on a node with a configuration file, and removes the file afterwards, because it may contain secrets.
 *
 * @param command the words between `kubeadm` and `--config`
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
 * Runs a kubeadm command that must succeed, as {@link execKubeadm} does, and returns its output.
 *
 * @throws PlanewrightError `host` with the last lines of kubeadm's output
 */
export async function runKubeadm(host: LabHost, command: string, config: string): Promise<string> {
  const { code, output } = await execKubeadm(host, command, config)
  return requireSuccess(host, `kubeadm ${command}`, { code, stdout: output, stderr: '' })
}
