import { expect, test } from 'vitest'
import { renderKubernetesModule, versionVariables } from './kubernetes.ts'

const upstream = `module k8s.io/kubernetes

go 1.26.0

require (
	k8s.io/api v0.0.0
	k8s.io/klog/v2 v2.140.0
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/kubectl => ./staging/src/k8s.io/kubectl
)
`

test('only staging modules are replaced by their published releases', () => {
  expect(renderKubernetesModule('v1.37.2', upstream)).toBe(`module planewright.lab/kube
go 1.26.0
require k8s.io/kubernetes v1.37.2
replace k8s.io/api => k8s.io/api v0.37.2
replace k8s.io/kubectl => k8s.io/kubectl v0.37.2
`)
})

test('both version packages get the version', () => {
  const variables = versionVariables('v1.36.3', '2026-01-02T03:04:05Z')
  expect(Object.keys(variables)).toHaveLength(12)
  for (const name of ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']) {
    expect(variables[`${name}.gitVersion`]).toBe('v1.36.3')
    expect(variables[`${name}.gitMinor`]).toBe('36')
    expect(variables[`${name}.buildDate`]).toBe('2026-01-02T03:04:05Z')
  }
})
