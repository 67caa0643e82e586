import { isIPv6 } from 'node:net'
import type { ConnectionTarget } from '../connection/target.ts'
import { type ErrorPlace, PlanewrightError } from '../error.ts'
import type { Host } from './inventory.ts'
import { isTemplated, templatedRefused } from './jinja.ts'
import { isForeignHome, resolveLocalPath } from './local-path.ts'
import { refuseVariables } from './refused-variables.ts'
import { placeOfSource, type Variable } from './variable.ts'

/** The settings for a host whose inventory says nothing else. */
export interface ConnectionDefaults {
  readonly user: string
  /** Absolute path. */
  readonly knownHostsFile: string
}

/** A host's variable, with the name that it was found by. */
interface Setting {
  readonly name: string
  readonly host: string
  readonly variable: Variable
}

/**
 * How to reach a host, from its `ansible_*` variables.
 *
 * @throws PlanewrightError `variable` with host, file, line and column: a wrong type, a Jinja template, or a
 * variable that is refused (such as ansible_ssh_common_args)
 */
export function connectionTarget(host: Host, defaults: ConnectionDefaults): ConnectionTarget {
  refuseVariables(host.name, host.variables)
  // If two names mean the same, the later one here wins, as in Ansible (plugins/connection/ssh.py,
  // DOCUMENTATION).
  const address = find(host, 'ansible_host', 'ansible_ssh_host')
  const port = find(host, 'ansible_port', 'ansible_ssh_port')
  const user = find(host, 'ansible_user', 'ansible_ssh_user')
  const privateKeyFile = find(host, 'ansible_private_key_file', 'ansible_ssh_private_key_file')
  const knownHostsFile = find(host, 'planewright_known_hosts_file')
  const become = find(host, 'ansible_become')
  return {
    name: host.name,
    address: address === undefined ? host.name : readAddress(address),
    port: port === undefined ? 22 : readPort(port),
    user: user === undefined ? defaults.user : readText(user),
    ...(privateKeyFile === undefined ? {} : { privateKeyFile: readPath(privateKeyFile) }),
    knownHostsFile: knownHostsFile === undefined ? defaults.knownHostsFile : readPath(knownHostsFile),
    become: become !== undefined && readBoolean(become),
  }
}

/**
 * Refuses two hosts that are the same machine, as it would be changed twice at the same time.
 *
 * @throws PlanewrightError `inventory` naming both
 */
export function checkAddresses(targets: readonly ConnectionTarget[]): void {
  const seen = new Map<string, string>()
  for (const { name, address, port } of targets) {
    const key = `${normalizeAddress(address)} port ${port}`
    const other = seen.get(key)
    if (other !== undefined) {
      throw new PlanewrightError('inventory', `the hosts ${other} and ${name} have the same address`, {
        where: { host: name },
        why: `Both are ${address}, port ${port}.`,
        remedy: 'Correct ansible_host or ansible_port for one of them, or remove it.',
      })
    }
    seen.set(key, name)
  }
}

/** Gives each address one spelling; names are not looked up. */
function normalizeAddress(address: string): string {
  if (isIPv6(address) && !address.includes('%')) return new URL(`ssh://[${address}]`).hostname
  return address.toLowerCase().replace(/\.$/, '')
}

/** The last of these names that is set. */
function find(host: Host, ...names: readonly string[]): Setting | undefined {
  for (const name of names.toReversed()) {
    const variable = host.variables.get(name)
    if (variable === undefined || variable.value === null) continue
    if (isTemplated(variable.value)) throw templatedRefused(name, variable).at({ host: host.name })
    return { name, host: host.name, variable }
  }
  return undefined
}

function readText(setting: Setting): string {
  const { value } = setting.variable
  if (typeof value !== 'string') {
    throw wrong(setting, 'has to be text', 'Put the value in quotes.')
  }
  if (value.trim() === '' || /[\s\p{Cc}]/u.test(value)) {
    throw wrong(setting, 'has to be text without spaces', 'Correct the value, or remove the variable.')
  }
  return value
}

/** Reads an address, and removes the brackets of an IPv6 address. */
function readAddress(setting: Setting): string {
  return readText(setting).replace(/^\[(.*)\]$/, '$1')
}

function readPort(setting: Setting): number {
  const { value } = setting.variable
  const port = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw wrong(setting, 'has to be a port', 'Write a whole number from 1 to 65535.')
}

function readPath(setting: Setting): string {
  const { value, baseDirectory } = setting.variable
  if (typeof value !== 'string' || value.trim() === '') {
    throw wrong(
      setting,
      'has to be the path of a file',
      'Write a path. A relative path starts at the folder of the inventory.',
    )
  }
  if (isForeignHome(value)) {
    throw wrong(
      setting,
      'must not name the home of another user',
      'Write an absolute path, or a path that starts with ~/ for your own home.',
    )
  }
  return resolveLocalPath(value, baseDirectory)
}

/** Ansible's booleans (ansible-core 2.19, module_utils/parsing/convert_bool.py); `-e` gives them as text. */
function readBoolean(setting: Setting): boolean {
  const { value } = setting.variable
  const word = String(value).toLowerCase().trim()
  if (['y', 'yes', 'on', '1', 'true', 't'].includes(word)) return true
  if (['n', 'no', 'off', '0', 'false', 'f'].includes(word)) return false
  throw wrong(setting, 'has to be true or false', 'Write true or false, without quotes.')
}

function wrong({ name, host, variable }: Setting, problem: string, remedy: string): PlanewrightError {
  const where: ErrorPlace = { host, ...placeOfSource(variable.source) }
  return new PlanewrightError('variable', `${name} ${problem}`, {
    where,
    why: `It is ${JSON.stringify(variable.value)}, in ${variable.source.description}.`,
    remedy,
  })
}
