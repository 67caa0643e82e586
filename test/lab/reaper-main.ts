// The process that reaper.ts starts. It waits until its stdin ends, and then removes what it was started for.
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { down } from './down.ts'
import { findEngine } from './engine-client.ts'
import { stopEngineOf } from './engine-process.ts'
import { removeLabelled } from './labels.ts'
import type { Charge } from './reaper.ts'

async function takeAway(charge: Charge): Promise<void> {
  for (const name of charge.labs) await down(name)
  const engine = await findEngine()
  if (engine === undefined) return
  for (const run of charge.runs) await removeLabelled(engine.docker, { 'planewright.run': run })
}

const charge = JSON.parse(process.argv[2] ?? '{}') as Charge
const farewell = await text(process.stdin).catch(() => '')
await takeAway(charge)
if (farewell === '') {
  // The engine may still perform requests of a process that was killed. A second look removes what they have made.
  await delay(3_000)
  await takeAway(charge)
}
if (charge.owner !== undefined) await stopEngineOf(charge.owner)
