import { expect, test } from 'vitest'
import { auditDefaultChanges, defaultChangesBetween } from '../../src/kubeadm/audit-defaults.ts'
import { compareReleases, parseRelease } from '../../src/kubeadm/version.ts'
import { imageVersion } from '../../src/manifest/image-version.ts'

function release(name: string) {
  const parsed = parseRelease(name)
  if (parsed === undefined) throw new Error(`no release: ${name}`)
  return parsed
}

test.each(['1.37.2', 'v1.37', 'v1.37.2-rc.0', 'v1.37.2+k3s1', ' v1.37.2', 'v1.37.2\n', '', 'v1.x.2'])(
  'no release: %j',
  (name) => {
    expect(parseRelease(name)).toBeUndefined()
  },
)

test('releases are ordered by number, not by letter', () => {
  const names = ['v1.9.0', 'v1.10.0', 'v1.10.2', 'v1.10.11', 'v2.0.0']
  expect(release('v1.10.11')).toEqual({ major: 1, minor: 10, patch: 11 })
  expect(names.toReversed().toSorted((one, other) => compareReleases(release(one), release(other)))).toEqual(
    names,
  )
  expect(compareReleases(release('v1.37.2'), release('v1.37.2'))).toBe(0)
})

test.each([
  ['v1.35.4', 'v1.36.0', 3],
  ['v1.34.0', 'v1.35.9', 0],
  ['v1.36.0', 'v1.37.2', 0],
  ['v1.35.0', 'v1.35.4', 0],
  ['v1.35.4', 'v1.37.0', 3],
])('from %s to %s as many defaults change: %i', (from, to, count) => {
  expect(defaultChangesBetween(release(from), release(to))).toEqual(auditDefaultChanges.slice(0, count))
})

test.each([
  ['    image: registry.k8s.io/kube-apiserver:v1.37.2\n', 'v1.37.2'],
  ['  - image: "registry:5000/kube-apiserver:v1.37.2"\n', 'v1.37.2'],
  ["  image: 'a/b:v1.36.0-rc.1'\n", 'v1.36.0-rc.1'],
  ['  image: a/b:v1.37.2@sha256:0123\n', 'v1.37.2'],
  ['  image: registry:5000/kube-apiserver\n', undefined],
  ['  image: a/b@sha256:0123\n', undefined],
  ['  imagePullPolicy: IfNotPresent:v1\n', undefined],
  ['# image: a/b:v1.0.0\n  image: a/b:v1.37.2\n', 'v1.37.2'],
  ['', undefined],
])('the version of %j is %j', (manifest, version) => {
  expect(imageVersion(manifest)).toBe(version)
})
