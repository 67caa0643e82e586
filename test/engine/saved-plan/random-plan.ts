import fc from 'fast-check'
import type { SavedCluster } from '../../../src/engine/saved-plan/saved-plan.ts'

const hex = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789abcdef')),
  minLength: 64,
  maxLength: 64,
})
const digest = fc.tuple(fc.constantFrom('sha256', 'scrypt'), hex).map((parts) => parts.join(':'))
const name = fc.string({ minLength: 1, maxLength: 8 })
const id = fc.integer({ min: 0, max: 65_535 })
const mode = fc.integer({ min: 0, max: 0o7777 }).map((bits) => bits.toString(8).padStart(4, '0'))

const ownership = { mode, owner: id, group: id }
const state = fc.record({ ...ownership, content: digest })
const base = { task: name, path: name.map((part) => `/${part}`) }

const change = fc.oneof(
  fc.record({
    kind: fc.constant('directory' as const),
    ...base,
    before: fc.option(fc.record(ownership)),
    after: fc.record(ownership),
  }),
  fc.record({
    kind: fc.constant('file' as const),
    ...base,
    sensitive: fc.boolean(),
    before: fc.option(state),
    after: state,
  }),
  fc.record({ kind: fc.constant('removal' as const), ...base, sensitive: fc.boolean(), before: state }),
  fc.record({
    kind: fc.constant('restart' as const),
    ...base,
    component: name,
    listens: name,
    flags: fc.dictionary(name, name, { noNullPrototype: true }),
    manifest: fc.constantFrom('kept' as const, 'replaced' as const),
    awaited: fc.option(name),
  }),
)

const proof = fc.record({ policy: digest, policyFile: name, logFile: name, apiserver: name })

const host = fc.record({
  host: name,
  address: name,
  port: id,
  variables: fc.dictionary(name, digest, { noNullPrototype: true }),
  templates: fc.dictionary(name, digest, { noNullPrototype: true }),
  changes: fc.array(change, { maxLength: 4 }),
  proof: fc.option(proof),
})

const clusterChange = fc.record({
  kind: fc.constant('stored-configuration' as const),
  task: name,
  name,
  before: digest,
  after: digest,
})

/** Random clusters of a saved plan. Each has a CA of its own, and each host a name of its own. */
export const randomClusters: fc.Arbitrary<readonly SavedCluster[]> = fc
  .tuple(
    fc.uniqueArray(fc.option(hex), { minLength: 1, maxLength: 3 }),
    fc.uniqueArray(host, { minLength: 3, maxLength: 6, selector: (one) => one.host }),
    fc.array(fc.record({ changes: fc.array(clusterChange, { maxLength: 2 }), waitsFor: fc.array(name) }), {
      minLength: 3,
      maxLength: 3,
    }),
  )
  .map(([ids, hosts, own]) =>
    ids.map((cluster, index) => {
      const members = hosts.filter((_, place) => place % ids.length === index)
      const { changes, waitsFor } = own[index] ?? { changes: [], waitsFor: [] }
      // A stored configuration needs a cluster with a known CA.
      return {
        cluster,
        hosts: members,
        changes: cluster === null ? [] : changes,
        waitsFor: cluster === null ? [] : waitsFor,
      }
    }),
  )
