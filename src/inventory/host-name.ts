import { isIPv6 } from 'node:net'

/**
 * The `host:port` forms in an inventory, as Ansible reads them (ansible-core 2.19,
 * parsing/utils/addresses.py).
 */
export interface HostName {
  readonly name: string
  readonly port?: number
}

const range = '\\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\\]'

// A label neither begins nor ends with - or _, and may have ranges. Letters of every script count, as in
// Python.
const word = '[\\p{L}\\p{N}_]'
const label = `(?:${word}|${range})(?:[\\p{L}\\p{N}_-]|${range})*(?<![_-])`
// An IPv4 address also has the form of a name.
const hostname = new RegExp(`^${label}(?:\\.${label})*$`, 'iu')

const hexadecimalRange = /\[[0-9a-f]+:[0-9a-f]+(?::[0-9]+)?\]/gi

function isIPv6WithRanges(text: string): boolean {
  return isIPv6(text.replaceAll(hexadecimalRange, '0'))
}

/**
 * Reads a host's name and the port after it: `node`, `node:2222`, `[2001:db8::1]:22`, also with ranges.
 * Undefined for what is not a host name, such as `a:b`.
 */
export function parseHostName(text: string): HostName | undefined {
  const withPort = /^\[(.+)\]:([0-9]+)$/.exec(text) ?? /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/.exec(text)
  const name = withPort?.[1] ?? text
  if (!hostname.test(name) && !isIPv6WithRanges(name)) return undefined
  return withPort?.[2] === undefined ? { name } : { name, port: Number(withPort[2]) }
}
