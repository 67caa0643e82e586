import { appendFile, writeFile } from 'node:fs/promises'
import { runOn } from './exec.ts'
import { renderInventory, renderKnownHosts } from './hosts-file.ts'
import type { Lab, LabHost } from './lab.ts'

/** Writes the inventory with the lab's present hosts, machines and version. */
export async function writeInventory(lab: Lab): Promise<void> {
  await writeFile(lab.inventoryFile, renderInventory(lab))
}

/** Reads the host keys on these hosts and adds them to the lab's known_hosts. */
export async function addKnownHosts(lab: Lab, hosts: readonly LabHost[]): Promise<void> {
  const keys = await Promise.all(
    hosts.map(async (host) => {
      const lines = await runOn(host, 'reading the host keys', 'cat /etc/ssh/ssh_host_*_key.pub')
      return [host.name, lines] as const
    }),
  )
  await appendFile(lab.knownHostsFile, renderKnownHosts(hosts, Object.fromEntries(keys)))
}
