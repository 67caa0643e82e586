import { PlanewrightError } from '../error.ts'
import { decodePolicy, type WrittenPolicy } from './decode.ts'
import type { Level, Policy, PolicyFinding, Stage } from './policy.ts'
import { refusePolicy } from './refuse.ts'
import type { Place, SourceNode } from './source.ts'
import { validatePolicy } from './validate.ts'
import { canLog, warnOfPolicy } from './warn.ts'
import { readSource } from './yaml-source.ts'

/** A policy that kube-apiserver loads and that has the meaning that it shows, with its warnings. */
export interface ParsedPolicy {
  readonly policy: Policy
  readonly warnings: readonly PolicyFinding[]
}

/**
 * Reads an audit policy. It refuses whatever kube-apiserver 1.37 refuses. It also refuses what kube-apiserver
 * silently gets wrong: unknown and repeated fields, text after the first document, empty entries of lists,
 * YAML tags, and a policy that can never log anything.
 *
 * @param place.file the text's name in messages
 * @throws PlanewrightError `policy`, at the first finding, with all of them in `why`
 */
export function parsePolicy(text: string, place: { readonly file: string }): ParsedPolicy {
  const source = readOrRefuse(text, place)
  const { policy: written, places, errors } = decodePolicy(source)
  const findings = [...errors, ...validatePolicy(written).map((finding) => locate(finding, places))]
  if (findings.length > 0) throw refusePolicy(findings).at(place)
  const policy = acceptPolicy(written)
  if (!canLog(policy)) {
    const message =
      'no rule of this policy can ever log anything: kube-apiserver would audit nothing, and would not say so'
    throw refusePolicy([locate({ path: 'rules', message }, places)]).at(place)
  }
  const warnings = [...warnOfWriting(written, source), ...warnOfPolicy(policy)]
  return { policy, warnings: warnings.map((finding) => locate(finding, places)) }
}

function readOrRefuse(text: string, place: { readonly file: string }): SourceNode {
  try {
    return readSource(text)
  } catch (error) {
    if (error instanceof PlanewrightError) throw error.at(place)
    // The nesting is so deep that the parser runs out of stack: kube-apiserver stops at 10,000 levels.
    if (error instanceof RangeError)
      throw refusePolicy([{ path: '', message: 'the policy is nested too deeply' }]).at(place)
    throw error
  }
}

/** The same policy in its validated types. */
function acceptPolicy(written: WrittenPolicy): Policy {
  return {
    rules: written.rules.map(({ omitManagedFields, ...rule }) => ({
      ...rule,
      level: rule.level as Level,
      omitStages: rule.omitStages as readonly Stage[],
      ...(omitManagedFields === undefined ? {} : { omitManagedFields }),
    })),
    omitStages: written.omitStages as readonly Stage[],
    omitManagedFields: written.omitManagedFields,
  }
}

/** Warnings about what only the text shows: a list that is there but empty restricts nothing. */
function warnOfWriting(written: WrittenPolicy, source: SourceNode): readonly PolicyFinding[] {
  const missingKind = {
    path: '',
    message: 'the kind is missing, and kube-apiserver assumes Policy: write kind: Policy',
  }
  const rules = fieldOf(source, 'rules')
  const emptyLists = (rules?.kind === 'list' ? rules.items : []).flatMap((rule, index) =>
    RESTRICTING_LISTS.flatMap((name) => {
      const list = fieldOf(rule, name)
      if (list === undefined || (list.kind === 'list' && list.items.length > 0)) return []
      const message = `${name} is empty, so it restricts nothing: add entries, or remove the field`
      return [{ path: `rules[${index}].${name}`, message }]
    }),
  )
  return [...(written.kind === '' ? [missingKind] : []), ...emptyLists]
}

const RESTRICTING_LISTS = ['users', 'userGroups', 'verbs', 'resources', 'namespaces', 'nonResourceURLs']

function fieldOf(node: SourceNode, name: string): SourceNode | undefined {
  return node.kind === 'map' ? node.entries.find(({ key }) => key === name)?.value : undefined
}

/** A finding with the place of its field, or of the nearest existing field around it. */
function locate(finding: PolicyFinding, places: ReadonlyMap<string, Place>): PolicyFinding {
  let path = finding.path
  while (path !== '' && !places.has(path))
    path = path.slice(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['), 0))
  const place = places.get(path)
  return place === undefined ? finding : { ...finding, line: place.line, column: place.column }
}
