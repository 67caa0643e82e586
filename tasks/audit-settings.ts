import path from 'node:path'
import { z } from '../src/index.ts'
import { logFormat, logMaxAge, logMaxBackup, logMaxSize, logPath, policyFile } from './variables.ts'

/** The variables for kube-apiserver's audit flags. */
export const auditSettings = {
  audit_policy_file: policyFile,
  audit_log_path: logPath,
  audit_log_format: logFormat,
  audit_log_maxage: logMaxAge,
  audit_log_maxbackup: logMaxBackup,
  audit_log_maxsize: logMaxSize,
}

type AuditSettings = z.output<z.ZodObject<typeof auditSettings>>

/** kube-apiserver's audit flags, from the variables. */
export function auditFlagValues(params: AuditSettings): Readonly<Record<string, string>> {
  return {
    'audit-policy-file': params.audit_policy_file,
    'audit-log-path': params.audit_log_path,
    'audit-log-format': params.audit_log_format,
    'audit-log-maxage': String(params.audit_log_maxage),
    'audit-log-maxbackup': String(params.audit_log_maxbackup),
    'audit-log-maxsize': String(params.audit_log_maxsize),
  }
}

/**
 * The host's paths that kube-apiserver needs for audit logging. Each path is the same in the container and on
 * the host.
 */
export function auditPaths(params: AuditSettings) {
  return [
    { name: 'audit-policy', path: params.audit_policy_file, type: 'File', readOnly: true },
    {
      name: 'audit-logs',
      path: path.posix.dirname(params.audit_log_path),
      type: 'DirectoryOrCreate',
      readOnly: false,
    },
  ] as const
}
