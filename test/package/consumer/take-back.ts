// What a host keeps; then back to the state before its last transaction, or before the one that is named.
import { history, loadInventory, rollback } from 'planewright'
import { auditing } from 'planewright/tasks'

const [file = 'hosts.yaml', name = 'cp1', to] = process.argv.slice(2)
const options = { ...auditing, inventory: await loadInventory({ sources: [file] }), hosts: [name] }

for (const { host, transactions } of (await history(options)).hosts) {
  for (const { status } of transactions) console.log(host, status.id, status.state)
}
const { hosts, exitCode } = await rollback({ ...options, to })
for (const { host, status, changes, error } of hosts) {
  console.log(host, status, `${changes.length} changes`, error?.message ?? '')
}
process.exitCode = exitCode
