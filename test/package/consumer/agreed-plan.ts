// Saves a plan, and performs it later, when somebody has read and agreed to it: node agreed-plan.ts plan hosts.yaml
import { writeFile } from 'node:fs/promises'
import { apply, loadInventory, loadSavedPlan, plan, savedPlanText } from 'planewright'
import { auditing } from 'planewright/tasks'

const [step, ...sources] = process.argv.slice(2)
const inventory = await loadInventory({ sources })

if (step === 'plan') {
  const planned = await plan({ inventory, ...auditing })
  await writeFile('agreed.plan', savedPlanText(await planned.save()), { mode: 0o600 })
} else {
  const { hosts, exitCode } = await apply({
    inventory,
    ...auditing,
    saved: await loadSavedPlan('agreed.plan'),
  })
  for (const { host, status, error } of hosts) console.log(host, status, error?.why ?? '')
  process.exitCode = exitCode
}
