// What `planewright apply` does, as a script: it fails when a host fails.
import { apply, loadInventory, recapText, plainStyle } from 'planewright'
import { auditing } from 'planewright/tasks'

const inventory = await loadInventory({ sources: process.argv.slice(2) })
const { hosts, exitCode } = await apply({ inventory, ...auditing })
for (const { host, error } of hosts) if (error !== undefined) console.error(host, error.message)
console.log(recapText(hosts, auditing.tasks.length, plainStyle))
process.exitCode = exitCode
