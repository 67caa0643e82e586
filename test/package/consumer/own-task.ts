// Auditing, and a task of our own beside it: every control plane shows a banner to whoever logs in.
import { apply, defineTask, file, loadInventory, z } from 'planewright'
import { auditing } from 'planewright/tasks'

const path = '/etc/issue.net'

const loginBanner = defineTask({
  name: 'login banner',
  params: z.object({ login_banner: z.string().default('Authorized use only. Requests are audited.') }),
  gather: (host) => ({ banner: host.file(path) }),
  plan: ({ params }) => [file({ path, content: `${params.login_banner}\n`, mode: 0o644 })],
})

const inventory = await loadInventory({ sources: process.argv.slice(2) })
const tasks = [...auditing.tasks, loginBanner]
const { hosts, exitCode } = await apply({ ...auditing, inventory, tasks })

for (const { host, status, changes, proof, error } of hosts) {
  console.log(host, status, `${changes.length} changes`, proof?.auditID ?? error?.message ?? 'no proof')
}
process.exitCode = exitCode // 0 only where every host is proven
