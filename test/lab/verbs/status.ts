import { findEngine } from '../engine-client.ts'
import { readHealth, readMachine, type Health } from '../health.ts'
import { find, type Lab } from '../lab.ts'
import { listLabs } from '../state.ts'

/** `lab status`: prints every lab of this clone and the health of each host to stdout. */
export async function runStatus(): Promise<void> {
  process.stdout.write(await describeStatus())
}

/** The text of `lab status`, with a line for the engine and a paragraph for each lab. */
export async function describeStatus(): Promise<string> {
  const engine = await findEngine()
  if (engine === undefined) return 'No container engine answers; no lab runs.\n'
  const names = await listLabs()
  const labs = await Promise.all(
    names.map(async (name) => {
      const lab = await find(name)
      if (lab === undefined)
        return `${name}: half-built. \`npm run lab -- up --name ${name}\` builds it anew.\n`
      const health = await Promise.all([
        ...lab.hosts.map((host) => readHealth(engine.docker, host)),
        ...lab.machines.map((machine) => readMachine(engine.docker, machine)),
      ])
      return renderLab(lab, health)
    }),
  )
  const none = 'No lab stands. `npm run lab -- up` makes one.\n'
  return [
    `Container engine ${engine.version} (${engine.architecture})\n`,
    ...(labs.length > 0 ? labs : [none]),
  ].join('\n')
}

/** The paragraph for one lab, with its hosts and then its machines in columns. */
export function renderLab(lab: Lab, health: readonly Health[]): string {
  const all = [...lab.hosts, ...lab.machines]
  const width = Math.max(...all.map(({ name }) => name.length))
  const hosts = all.map(({ name, address, port }, index) => {
    const place = port === 22 ? address : `${address}:${port}`
    return `  ${name.padEnd(width)}  ${place.padEnd(15)}  ${health[index] ?? 'missing'}`
  })
  return [`${lab.name}: Kubernetes ${lab.kubernetes}, ${lab.inventoryFile}`, ...hosts, ''].join('\n')
}
