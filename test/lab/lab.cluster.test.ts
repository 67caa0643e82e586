import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { openApiClient } from '../support/api-client.ts'
import { useLab } from '../support/lab.ts'
import { findEngine } from './engine-client.ts'
import { runOn } from './exec.ts'
import { execOn, restore } from './lab.ts'
import { labelsOf, removeLabelled } from './labels.ts'
import { isOnPath } from './packages.ts'
import { labDirectory } from './state.ts'
import { sshArguments } from './verbs/ssh.ts'
import { describeStatus } from './verbs/status.ts'

const lab = await useLab()

async function requireDocker(): Promise<NonNullable<Awaited<ReturnType<typeof findEngine>>>['docker']> {
  const engine = await findEngine()
  if (engine === undefined) throw new Error('no engine')
  return engine.docker
}

test('status names every host as ready', async () => {
  const status = await describeStatus()
  for (const { name, address } of lab.hosts) {
    expect(status).toMatch(new RegExp(`${name} +${address.replaceAll('.', '\\.')}.* ready$`, 'm'))
  }
})

test('each node is an etcd member of its own, and none is a learner', async () => {
  const [first] = lab.hosts
  const pki = '/etc/kubernetes/pki/etcd'
  const listed = await runOn(
    first ?? { name: '', container: '' },
    'listing the etcd members',
    `curl -fs --cacert ${pki}/ca.crt --cert ${pki}/server.crt --key ${pki}/server.key -d '{}' https://127.0.0.1:2379/v3/cluster/member/list`,
  )
  const { members } = JSON.parse(listed) as { members: { name: string; isLearner?: boolean }[] }
  expect(members.map(({ name }) => name).sort()).toEqual(lab.hosts.map(({ name }) => name))
  expect(members.filter(({ isLearner }) => isLearner === true)).toEqual([])
})

test.for([
  ['root', 'id -un', 'root'],
  ['operator', 'id -un', 'operator'],
  ['operator', 'sudo -n id -un', 'root'],
] as const)('OpenSSH logs in as %s, and `%s` says %s', async ([user, command, answer], { skip }) => {
  if (!isOnPath('ssh')) skip('there is no OpenSSH client on this machine')
  for (const host of lab.hosts) {
    const { stdout } = await execa('ssh', [...sshArguments(lab, host, user), command])
    expect(stdout).toBe(answer)
  }
})

test('admin.conf works from here', async () => {
  const [first] = lab.hosts
  // An administrator's request, not /version, which everybody may read.
  using client = await openApiClient(lab, 6443, first?.address)
  const { status, body } = await client.ask('GET', '/api/v1/nodes')
  expect(status, body).toBe(200)
})

test('restore undoes what a test may do to a node, and leaves the apiserver alone', async () => {
  const [, second] = lab.hosts
  if (second === undefined) throw new Error('a lab of one')
  const processes = (): Promise<{ stdout: string }> => execOn(second, 'pgrep -x kube-apiserver')
  const apiserver = await processes()
  await runOn(
    second,
    'making a mess',
    `mkdir -p /var/lib/planewright/x /var/log/kubernetes/audit /etc/kubernetes/audit
    echo stray >/etc/kubernetes/manifests/stray.txt
    chmod 0644 /etc/kubernetes/admin.conf
    rm /etc/kubernetes/scheduler.conf
    systemctl stop ssh`,
  )
  await restore(lab)
  const { stdout } = await execOn(
    second,
    `ls -d /var/lib/planewright /var/log/kubernetes /etc/kubernetes/audit /etc/kubernetes/manifests/stray.txt
    stat -c %a /etc/kubernetes/admin.conf /etc/kubernetes/scheduler.conf
    systemctl is-active ssh`,
  )
  expect(stdout).toBe('600\n600\nactive\n')
  // The restore must not restart the apiserver, because none of these changes concerned it.
  expect(await processes()).toEqual(apiserver)
})

test('restore brings the apiserver back to the flags of kubeadm', async () => {
  const [, , third] = lab.hosts
  if (third === undefined) throw new Error('a lab of two')
  const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
  const flags = (): Promise<string> =>
    runOn(third, 'reading the flags', `tr '\\0' '\\n' </proc/$(pgrep -ox kube-apiserver)/cmdline`)
  const before = await flags()
  await runOn(
    third,
    'breaking the manifest',
    `sed 's/- kube-apiserver$/&\\n    - --no-such-flag/' ${manifest} >/root/new && mv /root/new ${manifest}`,
  )
  await restore(lab)
  expect(await flags()).toBe(before)
  expect((await execOn(third, 'curl -fsk https://127.0.0.1:6443/readyz')).stdout).toBe('ok')
})

test.each([
  [
    'changed',
    `patch configmap kubeadm-config --type merge -p '{"data":{"ClusterConfiguration":"{}","More":"x"}}'`,
  ],
  ['gone', 'delete configmap kubeadm-config'],
])('restore brings back what kubeadm stored, when it is %s', async (_, command) => {
  const [first] = lab.hosts
  if (first === undefined) throw new Error('a lab of none')
  const kubectl = 'kubectl --kubeconfig /etc/kubernetes/admin.conf --namespace kube-system'
  const read = (): Promise<{ stdout: string }> =>
    execOn(first, `${kubectl} get configmap kubeadm-config -o 'jsonpath={.data}'`)
  const before = await read()
  await runOn(first, 'losing the configuration', `${kubectl} ${command}`)
  expect(await read()).not.toEqual(before)
  await restore(lab)
  expect(await read()).toEqual(before)
})

test('removeLabelled removes containers with all the labels, and no others', async () => {
  const docker = await requireDocker()
  const image = (await docker.getContainer(lab.hosts[0]?.container ?? '').inspect()).Image
  const run = `lab-test-${process.pid}`
  const own = labelsOf({ name: run, directory: labDirectory(run) })
  const create = async (name: string, labels: Record<string, string>): Promise<string> =>
    (await docker.createContainer({ name, Image: image, Labels: { ...labels, 'planewright.run': run } })).id
  const mine = await create(`${run}-cp1`, own)
  const stranger = await create(`${run}-cp2`, { ...own, 'planewright.directory': '/another/clone/.lab/x' })
  const unlabelled = await create(`${run}-cp3`, {})
  try {
    await removeLabelled(docker, own)
    const left = await docker.listContainers({ all: true, filters: { label: [`planewright.run=${run}`] } })
    expect(left.map(({ Id }) => Id).sort()).toEqual([stranger, unlabelled].sort())
  } finally {
    await removeLabelled(docker, { 'planewright.run': run })
  }
  await expect(docker.getContainer(mine).inspect()).rejects.toMatchObject({ statusCode: 404 })
})

test('the reaper removes the containers that a killed process guarded', async () => {
  const docker = await requireDocker()
  const image = (await docker.getContainer(lab.hosts[0]?.container ?? '').inspect()).Image
  const run = `guard-test-${process.pid}`
  const reaper = path.join(import.meta.dirname, 'reaper.ts')
  const script = `import { guardContainers } from ${JSON.stringify(reaper)}
    guardContainers(${JSON.stringify(run)})
    console.log('guarded')
    setInterval(() => undefined, 1000)`
  const guarded = spawn(process.execPath, ['--input-type=module-typescript', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(guarded.stdout, 'data')
  const { id } = await docker.createContainer({ Image: image, Labels: { 'planewright.run': run } })
  guarded.kill('SIGKILL')
  await expect
    .poll(
      () =>
        docker
          .getContainer(id)
          .inspect()
          .then(
            () => 'there',
            () => 'gone',
          ),
      { timeout: 30_000 },
    )
    .toBe('gone')
})
