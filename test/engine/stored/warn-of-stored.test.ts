import { expect, test } from 'vitest'
import { warnOfStored } from '../../../src/engine/stored/warn-of-stored.ts'
import type { RemovalChange } from '../../../src/host/change.ts'
import { argumentList, restOfV1beta4, volumes } from '../../kubeadm/stored-configuration.ts'
import { fileChange, outcome } from '../../report/fixtures.ts'
import { surveyed } from '../cluster-session.ts'

const bare = `apiServer: {}\n${restOfV1beta4}`
const whole = `apiServer:\n  extraArgs:\n${argumentList}  extraVolumes:\n${volumes}${restOfV1beta4}`
const policy = '/etc/kubernetes/audit-policy.yaml'

function removal(path: string): RemovalChange {
  const { before } = fileChange('x', 'y')
  if (before === null) throw new Error('something has to be there before')
  const base = { task: 'rollback', path, sensitive: false, stagedIn: '/etc' }
  return { kind: 'removal', ...base, differences: [{ kind: 'not-there-before' }], before, after: null }
}

function warned(path: string, text: string, cluster = 'a', status: 'changed' | 'failed' = 'changed') {
  const host = outcome('cp1', status, [removal(path)], { cluster: 'a', warnings: ['first'] })
  return warnOfStored([host], [surveyed(cluster, ['cp1'], text)])[0]?.warnings.slice(1)
}

test('warns if a rollback removes a policy that the stored configuration still names', () => {
  expect(warned(policy, whole)).toEqual([
    expect.stringMatching(/removes .*audit-policy\.yaml, .* would not start/),
  ])
})

test.each([
  ['the stored configuration does not have it', warned(policy, bare)],
  ['the stored configuration is another cluster’s', warned(policy, whole, 'b')],
  ['it cannot be read', warned(policy, 'a: [')],
  ['another file goes', warned('/etc/x', whole)],
  ['a path goes that kubeadm would make itself', warned('/var/log/kubernetes/audit', whole)],
  ['the rollback failed, and was undone', warned(policy, whole, 'a', 'failed')],
])('no warning where %s', (_, warnings) => {
  expect(warnings).toEqual([])
})

test('no warning where the cluster was not asked, or a file is only put back', () => {
  const back = outcome('cp1', 'changed', [fileChange('x', 'y', { path: policy })], { cluster: 'a' })
  expect(warnOfStored([back], [surveyed('a', ['cp1'], whole)])).toEqual([back])
  const gone = outcome('cp1', 'changed', [removal(policy)], { cluster: 'a' })
  expect(warnOfStored([gone], [])).toEqual([gone])
})
