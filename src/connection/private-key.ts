import { readFile, stat } from 'node:fs/promises'
import type { ParsedKey } from 'ssh2'

/** A private key that can be used without a passphrase. */
export interface UsableKey {
  readonly kind: 'usable'
  readonly file: string
  readonly key: ParsedKey
}

/** A private key with a passphrase: only an agent can use it. */
export interface EncryptedKey {
  readonly kind: 'encrypted'
  readonly file: string
  /** The public key in wire format, if the file or `FILE.pub` next to it has it. */
  readonly publicKey: Buffer | undefined
}

/** A file that planewright cannot use as a key, and why. */
export interface UnusableKey {
  readonly kind: 'missing' | 'unusable'
  readonly file: string
  readonly why: string
  readonly remedy: string
}

export type PrivateKey = UsableKey | EncryptedKey | UnusableKey

/** Reads a private key as OpenSSH does: in its own format or as PEM, and never one that others can read. */
export async function readPrivateKey(file: string): Promise<PrivateKey> {
  let text: string
  try {
    const { mode, uid } = await stat(file)
    if (isOpenToOthers(mode, uid)) return openToOthers(file, mode)
    text = await readFile(file, 'latin1')
  } catch (error) {
    return unreadable(file, error)
  }
  const { default: ssh2 } = await import('ssh2')
  const parsed: ParsedKey | Error | readonly ParsedKey[] = ssh2.utils.parseKey(text)
  if (parsed instanceof Error) {
    // Only these words tell ssh2's error for an encrypted key from any other (lib/protocol/keyParser.js).
    if (!/encrypted/i.test(parsed.message)) return notAKey(file, parsed.message)
    return { kind: 'encrypted', file, publicKey: publicPartOf(text) ?? (await readPublicKey(`${file}.pub`)) }
  }
  const key = Array.isArray(parsed) ? (parsed as readonly ParsedKey[])[0] : parsed
  if (key?.isPrivateKey() !== true) return notAKey(file, 'It is a public key.')
  return { kind: 'usable', file, key }
}

/** As in OpenSSH 9.2 (authfile.c, sshkey_perm_ok): only the mode of the owner's own files matters. */
function isOpenToOthers(mode: number, uid: number): boolean {
  const GROUP_AND_OTHERS = 0o077
  return uid === process.getuid?.() && (mode & GROUP_AND_OTHERS) !== 0
}

/** The public key, which stands in clear text before the encrypted part (OpenSSH's PROTOCOL.key). */
function publicPartOf(text: string): Buffer | undefined {
  const base64 = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1]
  if (base64 === undefined) return undefined
  const bytes = Buffer.from(base64, 'base64')
  const MAGIC = 'openssh-key-v1\0'
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
  let offset = MAGIC.length
  const skipString = () => (offset += 4 + bytes.readUInt32BE(offset))
  try {
    skipString() // cipher
    skipString() // key derivation
    skipString() // its options
    offset += 4 // number of keys
    return bytes.subarray(offset + 4, skipString())
  } catch {
    return undefined
  }
}

async function readPublicKey(file: string): Promise<Buffer | undefined> {
  const text = await readFile(file, 'latin1').catch(() => '')
  const base64 = text.split(' ')[1]
  return base64 === undefined ? undefined : Buffer.from(base64, 'base64')
}

function openToOthers(file: string, mode: number): UnusableKey {
  const octal = (mode & 0o7777).toString(8).padStart(4, '0')
  return {
    kind: 'unusable',
    file,
    why: `${file}: its permissions ${octal} are too open; others can read the key.`,
    remedy: `chmod 600 ${file}`,
  }
}

function unreadable(file: string, error: unknown): UnusableKey {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    return { kind: 'missing', file, why: `${file}: there is no such file.`, remedy: KEY_REMEDY }
  }
  return {
    kind: 'unusable',
    file,
    why: message,
    remedy: `Make ${file} readable for the user who runs planewright.`,
  }
}

function notAKey(file: string, why: string): UnusableKey {
  return { kind: 'unusable', file, why: `${file}: ${why}`, remedy: KEY_REMEDY }
}

const KEY_REMEDY = 'Set ansible_ssh_private_key_file to a private key.'
