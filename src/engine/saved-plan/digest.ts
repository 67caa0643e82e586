import { createHash, randomBytes, scrypt } from 'node:crypto'

/**
 * scrypt's cost (RFC 7914): a few milliseconds for one digest. A variable may be a password, so each guess at
 * it must cost something, and a plan has a few dozen variables.
 */
const cost = 1024

/** Makes a salt for {@link SecretDigests}; base64. */
export function makeSalt(): string {
  return randomBytes(16).toString('base64')
}

/** The digest of a text that people may see. */
export function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text, 'utf8').digest('hex')}`
}

/** Replaces values for which JSON has no form, or several forms. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (value instanceof Map || value instanceof Set) return [...value]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** Digests of values that may be secrets. Hosts share most of their values, so each digest is made once. */
export class SecretDigests {
  readonly #salt: string
  readonly #known = new Map<string, Promise<string>>()

  constructor(salt: string) {
    this.#salt = salt
  }

  /** The digest of a value with a name: with another name, the same value has another digest. */
  digest(name: string, value: unknown): Promise<string> {
    const text = JSON.stringify([name, value], plain)
    const known = this.#known.get(text) ?? this.#make(text)
    this.#known.set(text, known)
    return known
  }

  async #make(text: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
    scrypt(text, Buffer.from(this.#salt, 'base64'), 32, { N: cost }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
    return `scrypt:${(await promise).toString('hex')}`
  }
}
