import type { ConnectionTarget } from '../../connection/target.ts'
import { connectionTarget, checkAddresses } from '../../inventory/connection-target.ts'
import type { Host, Inventory } from '../../inventory/inventory.ts'
import { checkVariableNames } from '../../inventory/names.ts'
import { loadTemplate, type Template } from '../../template/load.ts'
import type { GuardSettings } from '../../guard/transaction.ts'
import { guardVariables } from './guard-variables.ts'
import { resolveVariables, type Declarer, type HostVariables } from './host-variables.ts'

/** A host with everything that can be checked without it: address, variables, templates. */
export interface PreparedHost {
  readonly host: Host
  readonly target: ConnectionTarget
  readonly variables: HostVariables
  /** How its transactions are performed. */
  readonly settings: GuardSettings
  readonly templates: ReadonlyMap<string, Template>
}

/**
 * Variables with these prefixes are planewright's: if no task declares one, it is a spelling mistake, not a
 * user's own variable.
 */
export const ownPrefixes: readonly string[] = ['audit_', 'kube_apiserver_']

async function loadTemplates(variables: HostVariables): Promise<ReadonlyMap<string, Template>> {
  const loaded = [...variables.templates].map(
    async ([reference, base]) => [reference, await loadTemplate(reference, base)] as const,
  )
  return new Map(await Promise.all(loaded))
}

/**
 * Checks what the operator wrote, for all hosts, before any host is asked.
 *
 * @throws PlanewrightError `inventory`, `variable` or `template`, with file, line and column.
 */
export async function prepareHosts(
  inventory: Inventory,
  hosts: readonly Host[],
  tasks: readonly Declarer[],
  defaults: { readonly user: string; readonly knownHostsFile: string },
): Promise<readonly PreparedHost[]> {
  const declarers = [...tasks, guardVariables]
  const declared = declarers.flatMap((task) => Object.keys(task.params.shape))
  checkVariableNames(inventory, { declared, prefixes: ownPrefixes })
  const targets = hosts.map((host) => connectionTarget(host, defaults))
  checkAddresses(targets)
  return Promise.all(
    hosts.map(async (host, index) => {
      const variables = resolveVariables(host, declarers)
      const target = targets[index] ?? connectionTarget(host, defaults)
      const settings = guardVariables.params.parse(variables.byTask.get(guardVariables.name))
      return { host, target, variables, settings, templates: await loadTemplates(variables) }
    }),
  )
}
