import { expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { generateSecrets, renderDiscovery, renderInit, renderJoin, type ClusterSettings } from './kubeadm.ts'

const settings: ClusterSettings = {
  kubernetes: 'v1.37.2',
  hosts: [
    { name: 'x-cp1', nodeAddress: '172.18.0.2' },
    { name: 'x-cp2', nodeAddress: '172.18.0.3' },
  ],
  cgroupDriver: 'cgroupfs',
  secrets: { token: 'abcdef.0123456789abcdef', certificateKey: '00' },
}

test('init has the first node’s name, and every host’s name and address in the certificate', () => {
  const [init, cluster, kubelet] = parseAllDocuments(renderInit(settings)).map((one) => one.toJS() as unknown)
  expect(init).toMatchObject({
    localAPIEndpoint: { advertiseAddress: '172.18.0.2', bindPort: 6443 },
    nodeRegistration: { name: 'x-cp1' },
  })
  expect(cluster).toMatchObject({
    kubernetesVersion: 'v1.37.2',
    controlPlaneEndpoint: 'x-cp1:6443',
    apiServer: { certSANs: ['localhost', '127.0.0.1', 'x-cp1', '172.18.0.2', 'x-cp2', '172.18.0.3'] },
  })
  expect(kubelet).toMatchObject({ cgroupDriver: 'cgroupfs' })
})

test('join has the joining node’s name, address and certificate key', () => {
  expect(parse(renderJoin(settings.secrets, { name: 'x-cp2', nodeAddress: '172.18.0.3' }))).toMatchObject({
    controlPlane: { localAPIEndpoint: { advertiseAddress: '172.18.0.3' }, certificateKey: '00' },
    nodeRegistration: { name: 'x-cp2' },
  })
})

test('join can have a shorter TLS bootstrap timeout', () => {
  const [, host] = settings.hosts
  if (host === undefined) throw new Error('no second host')
  expect(parse(renderJoin(settings.secrets, host, '30s'))).toMatchObject({
    timeouts: { tlsBootstrap: '30s' },
  })
  expect(parse(renderJoin(settings.secrets, host))).not.toHaveProperty('timeouts')
})

test('the discovery file has the cluster and no credentials', () => {
  const cluster = { server: 'https://x-cp1:6443', 'certificate-authority-data': 'Q0E=' }
  const admin = JSON.stringify({
    clusters: [{ name: 'kubernetes', cluster }],
    users: [{ name: 'a', user: { token: 's' } }],
  })
  expect(parse(renderDiscovery(admin))).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: '', cluster }],
  })
})

test('secrets have the forms that kubeadm accepts, and are new each time', () => {
  const secrets = generateSecrets()
  expect(secrets.token).toMatch(/^[a-z0-9]{6}\.[a-z0-9]{16}$/)
  expect(secrets.certificateKey).toMatch(/^[0-9a-f]{64}$/)
  expect(generateSecrets()).not.toEqual(secrets)
})
