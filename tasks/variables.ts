import path from 'node:path'
import { AbsolutePath, TemplateReference, Toggle, WholeNumber, z } from '../src/index.ts'

/**
 * The audit variables that more than one task reads. Their names are those of kube-apiserver's flags, with
 * underscores.
 */
export const policyFile = AbsolutePath.default('/etc/kubernetes/audit-policy.yaml')

/**
 * Folders that other programs use. The log's folder gets a mode and an owner, and is mounted into the
 * container. On Ubuntu, /var/log belongs to syslog, which then could not write its logs.
 */
const sharedFolders =
  '/ /etc /etc/kubernetes /etc/kubernetes/pki /home /opt /root /run /srv /tmp /usr /var /var/lib /var/log /var/tmp'

/** `-` would be stdout: then no file on the host would have the events. */
export const logPath = AbsolutePath.refine(
  (file) => !sharedFolders.split(' ').includes(path.posix.dirname(file)),
  'has to be in a folder of its own, such as /var/log/kubernetes/audit/audit.log',
).default('/var/log/kubernetes/audit/audit.log')

export const manifestPath = AbsolutePath.default('/etc/kubernetes/manifests/kube-apiserver.yaml')

export const policyTemplate = TemplateReference.default('preempt-k8s')

/** The API takes DNS labels, and "" for objects without a namespace. */
export const policyNamespaces = z
  .array(z.string().regex(/^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)?$/, 'has to contain names of namespaces'), {
    error: 'has to be a list of namespaces',
  })
  .min(1, 'must not be empty: a rule without namespaces would match every namespace')
  .default(['default'])

export const logFormat = z.enum(['json', 'legacy'], { error: 'has to be json or legacy' }).default('json')

/** Days; the CIS benchmark 1.2.17 asks for 30 or more. */
export const logMaxAge = WholeNumber.default(30)

/** Files; the CIS benchmark 1.2.18 asks for 10 or more. */
export const logMaxBackup = WholeNumber.default(10)

/**
 * Megabytes; the CIS benchmark 1.2.19 asks for 100 or more. 0 means 100 up to Kubernetes 1.35 and no rotation at
 * all from 1.36 on (kubernetes/apiserver pkg/server/options/audit.go), so it is refused.
 */
export const logMaxSize = WholeNumber.refine((size) => size > 0, 'must not be 0').default(100)

/** Whether kubeadm's stored ClusterConfiguration gets the audit settings as well. */
export const storeConfiguration = Toggle.default(true)
