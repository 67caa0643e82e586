import type { Bench } from './bench.ts'
import { planewright } from './command.ts'
import { startFleet } from './fleet.ts'
import { ensureOpenSsh, openSshTrue } from './openssh.ts'
import { race } from './race.ts'
import { pairedRatio } from './statistics.ts'

const hosts = 20

/** Measures a run that finds nothing to do, as most runs do. */
export const noop: Bench = {
  name: 'noop',
  title: `planewright plan on ${hosts} hosts that are as they should be, beside ${hosts} OpenSSH clients that run \`true\``,
  run: async (context) => {
    const versions = { openssh: await ensureOpenSsh(context.progress) }
    await using fleet = await startFleet(hosts, context)
    const contenders = [
      { name: `${hosts} × ssh true`, command: openSshTrue(fleet) },
      { name: 'planewright plan', command: planewright('plan', '-i', fleet.inventoryFile) },
    ]
    const laps = await race(contenders, { ...context, rounds: 15 })
    const [floor, ours] = laps
    const ratio = pairedRatio(ours?.milliseconds ?? [], floor?.milliseconds ?? [])
    const text = `planewright plan takes ${ratio.toFixed(2)} times as long as ${hosts} × ssh true; allowed is 1`
    return { laps, verdicts: [{ text, isMet: ratio <= 1 }], versions }
  },
}
