import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import ssh2 from 'ssh2'
import { exists } from '../lab/exists.ts'
import { machineCache } from './place.ts'

/**
 * The key that may log in to the machine, and the host key of the machine. The public keys have the same paths with
 * `.pub`.
 */
export interface Keys {
  readonly privateKeyFile: string
  readonly hostKeyFile: string
}

/**
 * Makes the keys once. They are on the disk before the first boot, so the test knows them without asking the machine.
 */
export async function ensureKeys(): Promise<Keys> {
  const directory = path.join(machineCache(), 'keys')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const keys = {
    privateKeyFile: path.join(directory, 'id_ed25519'),
    hostKeyFile: path.join(directory, 'host_ed25519'),
  }
  for (const file of Object.values(keys)) {
    if (await exists(`${file}.pub`)) continue
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'planewright test machine' })
    await writeFile(file, pair.private, { mode: 0o600 })
    await writeFile(`${file}.pub`, `${pair.public}\n`)
  }
  return keys
}
