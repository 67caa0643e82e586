// What a host keeps; then back to the state before its last transaction, or before the one that is named.
import { history, loadInventory, openSession, planRollbacks, recoverOpen, roll, survey } from 'planewright'
import { auditTasks } from 'planewright/tasks'

const [file = 'hosts.yaml', name = 'cp1', to] = process.argv.slice(2)
const inventory = await loadInventory({ sources: [file] })
await using session = await openSession({ inventory, tasks: auditTasks, limit: [name] })

for (const { host, transactions, error } of await history(session)) {
  if (error !== undefined) throw error
  for (const { status } of transactions) console.log(host, status.id, status.state)
}

// A transaction that another run left open is brought to its end first, as the command does it.
const recovered = await recoverOpen(session, await survey(session))
const { plan, planAgain } = await planRollbacks(session, recovered, to)
for (const { host, status, changes, error } of await roll(session, plan, { proof: 'proof', planAgain })) {
  console.log(host, status, `${changes.length} changes`, error?.message ?? '')
}
