/** Checks the tables in the folder above with kube-apiserver's own code (README.md). `node check-tables.ts <oracle>` */
import { spawnSync } from 'node:child_process'
import { ACCEPTED, REFUSED } from '../loading-cases.ts'
import { MATCHING } from '../matching-cases.ts'
import { REQUESTS } from '../request-cases.ts'

interface Answer {
  readonly error?: string
  readonly requests?: readonly Readonly<Record<string, unknown>>[]
}

const oracle = process.argv[2] ?? ''

function askOracle(questions: readonly object[]): readonly Answer[] {
  const { stdout, status } = spawnSync(oracle, {
    input: questions.map((question) => JSON.stringify(question)).join('\n'),
  })
  if (status !== 0) throw new Error(`the oracle ended with ${String(status)}`)
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
}

let wrong = 0
function check(what: string, expected: unknown, found: unknown): void {
  if (JSON.stringify(expected) === JSON.stringify(found)) return
  wrong += 1
  console.log(`${what}: the table says ${JSON.stringify(expected)}, kube-apiserver ${JSON.stringify(found)}`)
}

const loading = [...ACCEPTED, ...REFUSED].filter(({ text }) => text !== '')
askOracle(loading.map(({ text }) => ({ policy: text }))).forEach((answer, index) => {
  check(
    loading[index]?.what ?? '',
    loading[index]?.apiserver,
    answer.error === undefined ? 'loads' : 'refuses',
  )
})

const matching = MATCHING.flatMap(({ what, policy, requests }) =>
  requests.map(([asked, expected]) => ({
    what: `${what}: ${asked.method} ${asked.url}`,
    policy,
    asked,
    expected,
  })),
)
askOracle(matching.map(({ policy, asked }) => ({ policy, requests: [asked] }))).forEach((answer, index) => {
  const found = answer.requests?.[0]
  const { level, omitStages = [], omitManagedFields = false } = matching[index]?.expected ?? { level: 'None' }
  check(
    matching[index]?.what ?? '',
    [level, [...omitStages].sort(), omitManagedFields],
    [found?.level, found?.omitStages, found?.omitManagedFields],
  )
})

askOracle(REQUESTS.map(({ method, url }) => ({ requests: [{ method, url }] }))).forEach((answer, index) => {
  const found = answer.requests?.[0]
  const parts = ['verb', 'apiGroup', 'apiVersion', 'namespace', 'kind', 'subresource', 'name'].map(
    (part) => found?.[part],
  )
  const { method, url, expected } = REQUESTS[index] ?? { method: '', url: '', expected: [] }
  check(`${method} ${url}`, expected, found?.resource === true ? parts : [parts[0], found?.path])
})

console.log(`${loading.length + matching.length + REQUESTS.length} rows, ${wrong} wrong`)
process.exitCode = wrong === 0 ? 0 : 1
