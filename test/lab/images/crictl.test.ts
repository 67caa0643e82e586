import { expect, test } from 'vitest'
import { renderCrictlModule } from './crictl.ts'

const upstream = `module github.com/kubernetes-sigs/cri-tools

require k8s.io/api v0.0.0

replace (
	k8s.io/api => k8s.io/kubernetes/staging/src/k8s.io/api v0.0.0-20240417172702-7c48c2bd72b9
	k8s.io/kubernetes => k8s.io/kubernetes v1.30.0
)
`

test('modules that are not published are replaced by releases', () => {
  expect(renderCrictlModule(upstream)).toBe(`module planewright.lab/crictl
go 1.26.0
require github.com/kubernetes-sigs/cri-tools v1.30.0
replace github.com/kubernetes-sigs/cri-tools => sigs.k8s.io/cri-tools v1.30.0
replace k8s.io/kubernetes => k8s.io/kubernetes v1.30.14
replace k8s.io/api => k8s.io/api v0.30.14
`)
})
