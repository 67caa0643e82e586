// Auditing, and a task of our own beside it: every control plane shows a banner to whoever logs in.
import { defineTask, file, loadInventory, openSession, plan, roll, survey, z } from 'planewright'
import { auditTasks } from 'planewright/tasks'

const path = '/etc/issue.net'

const loginBanner = defineTask({
  name: 'login banner',
  params: z.object({ login_banner: z.string().default('Authorized use only. Requests are audited.') }),
  gather: (host) => ({ banner: host.file(path) }),
  plan: ({ params }) => [file({ path, content: `${params.login_banner}\n`, mode: 0o644 })],
})

const inventory = await loadInventory({ sources: process.argv.slice(2) })
await using session = await openSession({ inventory, tasks: [...auditTasks, loginBanner] })
const planned = plan(await survey(session), session.tasks)
const outcomes = await roll(session, planned, { proof: 'proof' })

for (const { host, status, changes, proof, error } of outcomes) {
  console.log(host, status, `${changes.length} changes`, proof?.auditID ?? error?.message ?? 'no proof')
}
if (!outcomes.every(({ status }) => status === 'ok' || status === 'changed')) process.exitCode = 1
