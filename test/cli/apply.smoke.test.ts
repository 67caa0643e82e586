import { execa } from 'execa'
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { SPEC_POLICY } from '../policy/spec-policy.ts'
import { runPlanewright, runReport } from '../support/command.ts'
import { useLab } from '../support/lab.ts'
import { onNode, readCommandLine, readTraces } from '../support/node.ts'

const flags = [
  '--audit-policy-file=/etc/kubernetes/audit-policy.yaml',
  '--audit-log-path=/var/log/kubernetes/audit/audit.log',
  '--audit-log-format=json',
  '--audit-log-maxage=30',
  '--audit-log-maxbackup=10',
  '--audit-log-maxsize=100',
]

const microseconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

const lab = await useLab()
const inventory = () => ['-i', lab.inventoryFile]

test('plan of bare nodes names all changes, with a diff, and exits 2', async () => {
  const { exitCode, stdout, stderr } = await runPlanewright(['plan', ...inventory(), '--diff'])
  expect(exitCode).toBe(2)
  expect(stdout).toBe('')
  for (const flag of flags) expect(stderr).toContain(`+    - ${flag}`)
  expect(stderr).toContain('+ directory /var/log/kubernetes/audit')
  expect(stderr).toMatch(/^ *\+\+\+ after: \/etc\/kubernetes\/audit-policy\.yaml$/m)
})

test('apply changes and proves all bare nodes', async () => {
  const { exitCode, report, stderr } = await runReport(['apply', ...inventory()])
  expect(report.hosts.map(({ host, status, error }) => ({ host, status, error }))).toEqual(
    lab.hosts.map(({ name }) => ({ host: name, status: 'changed', error: null })),
  )
  expect(exitCode).toBe(0)
  expect(stderr).toContain('PROOFS')
  expect(new Set(report.hosts.map((host) => host.cluster)).size).toBe(1)
  for (const { host, proof } of report.hosts) {
    expect(proof?.requestReceivedTimestamp).toMatch(microseconds)
    expect(proof?.stageTimestamp).toMatch(microseconds)
    const node = lab.hosts.find((one) => one.name === host)
    if (node === undefined || proof === null) throw new Error('a proof of no node')
    const lines = await onNode(node, `grep -F '"auditID":"${proof.auditID}"' ${proof.logFile}`)
    const events = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    const { auditID, requestReceivedTimestamp, stageTimestamp, requestURI } = proof
    const expected = {
      auditID,
      requestReceivedTimestamp,
      stageTimestamp,
      requestURI,
      stage: 'ResponseComplete',
    }
    expect(events).toContainEqual(expect.objectContaining(expected))
    // The event must be in no other node's log.
    for (const other of lab.hosts.filter((one) => one.name !== host)) {
      expect(await onNode(other, `grep -c -F '${auditID}' ${proof.logFile} || true`)).toBe('0\n')
    }
  }
})

test('each node has the flags, files, modes and mounts of the procedure, read without planewright', async () => {
  for (const host of lab.hosts) {
    const commandLine = await readCommandLine(host)
    for (const flag of flags) {
      const name = flag.slice(0, flag.indexOf('=') + 1)
      expect(commandLine.filter((word) => word.startsWith(name))).toEqual([flag])
    }
    expect(await onNode(host, 'stat -c %a /var/log/kubernetes/audit')).toBe('755\n')
    const policy = await onNode(host, 'cat /etc/kubernetes/audit-policy.yaml')
    expect(parse(policy)).toEqual(parse(SPEC_POLICY))
    const manifest = await onNode(host, 'cat /etc/kubernetes/manifests/kube-apiserver.yaml')
    const pod = parse(manifest) as {
      spec: { containers: { volumeMounts: { name: string }[] }[]; volumes: { name: string }[] }
    }
    const isOurs = (entry: { name: string }) => entry.name.startsWith('audit-')
    expect(pod.spec.containers[0]?.volumeMounts.filter(isOurs)).toEqual([
      { name: 'audit-policy', mountPath: '/etc/kubernetes/audit-policy.yaml', readOnly: true },
      { name: 'audit-logs', mountPath: '/var/log/kubernetes/audit', readOnly: false },
    ])
    expect(pod.spec.volumes.filter(isOurs)).toEqual([
      { name: 'audit-policy', hostPath: { path: '/etc/kubernetes/audit-policy.yaml', type: 'File' } },
      { name: 'audit-logs', hostPath: { path: '/var/log/kubernetes/audit', type: 'DirectoryOrCreate' } },
    ])
    expect((await onNode(host, 'ls -A /etc/kubernetes/manifests')).trim().split('\n')).toEqual([
      'etcd.yaml',
      'kube-apiserver.yaml',
      'kube-controller-manager.yaml',
      'kube-scheduler.yaml',
    ])
    expect(await onNode(host, 'find /etc/kubernetes -name ".planewright*"')).toBe('')
  }
})

test('apply again changes nothing and writes no byte', async () => {
  const before = await Promise.all(lab.hosts.map(readTraces))
  const { exitCode, stderr } = await runPlanewright(['apply', ...inventory()])
  expect(exitCode, stderr).toBe(0)
  for (const { name } of lab.hosts) expect(stderr).toMatch(new RegExp(`^${name} : ok=4 changed=0 `, 'm'))
  expect(await Promise.all(lab.hosts.map(readTraces))).toEqual(before)
})

test('verify proves every node and writes nothing', async () => {
  const before = await Promise.all(lab.hosts.map(readTraces))
  const { exitCode, report, stderr } = await runReport(['verify', ...inventory()])
  expect(exitCode, stderr).toBe(0)
  expect(report.hosts.map((host) => host.proof?.auditID)).toEqual(
    lab.hosts.map(() => expect.any(String) as string),
  )
  expect(await Promise.all(lab.hosts.map(readTraces))).toEqual(before)
})

test('jq reads each host’s proof from the JSON report', async () => {
  const { stdout } = await runPlanewright(['apply', ...inventory(), '--output', 'json'])
  const { stdout: lines } = await execa('jq', ['-r', '.hosts[] | "\\(.host) \\(.proof.auditID)"'], {
    input: stdout,
  })
  expect(lines.split('\n')).toEqual(
    lab.hosts.map(({ name }) => expect.stringMatching(new RegExp(`^${name} [0-9a-f-]{36}$`)) as string),
  )
})
