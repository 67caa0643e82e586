// The guard of reaper.ts: waits until its stdin ends, then takes away what it was charged with.
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
  // Who is killed leaves requests behind that the engine may still be performing: look again when they are done.
  await delay(3_000)
  await takeAway(charge)
}
if (charge.owner !== undefined) await stopEngineOf(charge.owner)
