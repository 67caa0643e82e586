import path from 'node:path'
import { defineTask, directory, z } from '../src/index.ts'
import { logPath } from './variables.ts'

/** The directory for kube-apiserver's audit log. */
export const auditLogDirectory = defineTask({
  name: 'audit log directory',
  params: z.object({ audit_log_path: logPath }),
  gather: (host, params) => ({ directory: host.file(path.posix.dirname(params.audit_log_path)) }),
  plan: ({ params }) => [directory({ path: path.posix.dirname(params.audit_log_path), mode: 0o755 })],
})
