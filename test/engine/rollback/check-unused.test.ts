import { expect, test } from 'vitest'
import { checkUnused } from '../../../src/engine/rollback/check-unused.ts'
import type { Change } from '../../../src/host/change.ts'
import { fileChange, restartChange } from '../../report/fixtures.ts'
import { refusalOf } from '../../inventory/written-files.ts'

const path = '/etc/policy.yaml'
const before = { content: 'x', sha256: 'b'.repeat(64), mode: 0o600, owner: 0, group: 0 }
const removal: Change = {
  ...{ kind: 'removal', task: 'rollback', path, differences: [{ kind: 'not-there-before' }] },
  ...{ before, after: null, sensitive: false, stagedIn: '/etc' },
}

function running(...commandLines: readonly (readonly string[])[]) {
  const processes = commandLines.map((argv, index) => ({
    ...{ pid: 100 + index, argv, startTicks: 1, started: 1, sees: [] },
  }))
  return { fact: 'processes', name: 'kube-apiserver', processes } as const
}

test.each<[string, readonly Change[], ReturnType<typeof running>]>([
  ['nothing runs', [removal], running()],
  ['what runs reads another file', [removal], running(['kube-apiserver', `--audit-policy-file=${path}.old`])],
  ['what runs reads a file of that name elsewhere', [removal], running(['x', `--a=/root${path}`])],
  [
    'it is restarted, and shows then whether it needs it',
    [removal, restartChange],
    running(['kube-apiserver', `--audit-policy-file=${path}`]),
  ],
  ['the file stays', [fileChange('old', 'new')], running(['kube-apiserver', `--audit-policy-file=${path}`])],
])('a file may go where %s', (_, changes, processes) => {
  expect(() => {
    checkUnused(changes, processes)
  }).not.toThrow()
})

test.each<[string, readonly string[]]>([
  ['with an equals sign', ['kube-apiserver', `--audit-policy-file=${path}`]],
  ['in a word of its own', ['kube-apiserver', '--audit-policy-file', path]],
])('a file that the running program names %s stays', async (_, argv) => {
  const other = { ...restartChange, component: 'kube-scheduler' }
  const error = await refusalOf(() => {
    checkUnused([removal, other], running(['kube-apiserver'], argv))
  })
  expect(error).toMatchObject({ code: 'host', where: { path } })
  expect(error.message).toBe(`${path} would go, and kube-apiserver would not start again without it`)
  expect(error.why).toContain('process 101')
})
