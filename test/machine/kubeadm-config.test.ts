import { expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { renderMachineInit } from './kubeadm-config.ts'

const skippedPhases = (spared: Parameters<typeof renderMachineInit>[1]): unknown =>
  parseAllDocuments(renderMachineInit('v1.37.2', spared))[0]?.getIn(['skipPhases'])

test('kubeadm waits for the whole control plane where nothing is spared', () => {
  expect(JSON.stringify(skippedPhases([]))).toBe('["addon/coredns","addon/kube-proxy"]')
})

test('kubeadm does not wait for what is spared', () => {
  expect(JSON.stringify(skippedPhases(['scheduler']))).toBe(
    '["addon/coredns","addon/kube-proxy","control-plane/scheduler","wait-control-plane"]',
  )
})

test('cgroup version 1 fails as it does by default, and the driver is systemd', () => {
  const kubelet: unknown = parseAllDocuments(renderMachineInit('v1.37.2', []))[2]?.toJSON()
  expect(kubelet).toEqual({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    cgroupDriver: 'systemd',
  })
})
