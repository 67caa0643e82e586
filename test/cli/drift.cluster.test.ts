import { beforeAll, describe, expect, test, vi } from 'vitest'
import { runReport } from '../support/command.ts'
import { useLab } from '../support/lab.ts'
import { onNode, readCommandLine } from '../support/node.ts'
import {
  editManifest,
  expectMended,
  logDirectory,
  manifest,
  policy,
  restarted,
  type Drift,
} from './drifts.ts'

/** Up to three drifts in each round, one on each node: one roll repairs them. `drift.smoke.test.ts` has three more. */
const rounds: readonly (readonly Drift[])[] = [
  [
    {
      name: 'one value changed',
      script: editManifest(`-e 's/--audit-log-maxsize=100/--audit-log-maxsize=7/'`),
      named: /flag --audit-log-maxsize is 7, should be 100/,
      cause: [manifest, 'edited'],
      differing: ['kube-apiserver --audit-log-maxsize', '7'],
      mended: restarted,
    },
    {
      name: 'a flag doubled',
      script: editManifest(`-e 's/^\\( *- \\)--audit-log-maxbackup=10$/&\\n\\1--audit-log-maxbackup=3/'`),
      named: /flag --audit-log-maxbackup .*(twice|2 times)/,
      cause: [manifest, 'edited'],
      mended: restarted,
    },
    {
      name: 'a flag in args, in another spelling',
      script: editManifest(
        `-e '/--audit-log-format=/d' -e 's/^    image: .*/&\\n    args: ["--audit-log-format", "legacy"]/'`,
      ),
      named: /flag --audit-log-format is legacy, should be json/,
      cause: [manifest, 'edited'],
      mended: restarted,
    },
  ],
  [
    {
      name: 'a mount missing',
      script: editManifest(`-e '/^    - name: audit-logs$/,+2d'`),
      named: /mount audit-logs is missing/,
      cause: [manifest, 'edited'],
      mended: restarted,
    },
    {
      name: 'a volume missing',
      script: editManifest(`-e '/^  - name: audit-logs$/,+3d'`),
      named: /volume audit-logs is missing/,
      cause: [manifest, 'edited'],
      mended: restarted,
    },
    {
      name: 'other modes',
      script: `chmod 700 ${logDirectory}; chmod 644 ${policy}`,
      named: /mode is 0700, should be 0755/,
      cause: [logDirectory, 'edited'],
      mended: [`directory ${logDirectory}`, `file ${policy}`],
    },
  ],
  [
    {
      name: 'comments and foreign flags added by hand',
      script: editManifest(
        `-e '1i # kept by the platform team' -e 's/^\\( *- \\)--audit-log-maxage=30$/\\1--request-timeout=59s # ours/'`,
      ),
      named: /flag --audit-log-maxage is missing/,
      cause: [manifest, 'flag-removed'],
      mended: restarted,
      kept: `grep -qx '# kept by the platform team' ${manifest} && grep -q -- '- --request-timeout=59s # ours$' ${manifest}`,
    },
    {
      name: 'an edited policy that the process has read',
      script: `sed -i 's/level: RequestResponse/level: Metadata/' ${policy}
        touch -d '1 minute ago' ${policy}
        old=$(pgrep -xo kube-apiserver)
        kill -9 "$old"
        until new=$(pgrep -xo kube-apiserver) && [ "$new" != "$old" ]; do sleep 0.2; done`,
      named: /should not have read/,
      cause: [policy, 'edited'],
      mended: [`file ${policy}`, ...restarted],
    },
  ],
]

const lab = await useLab()
const inventory = () => ['-i', lab.inventoryFile]

beforeAll(async () => {
  const { exitCode } = await runReport(['apply', ...inventory()])
  expect(exitCode).toBe(0)
})

describe.each(rounds.map((drifts) => ({ drifts, names: drifts.map((drift) => drift.name).join('; ') })))(
  '$names',
  ({ drifts }) => {
    test('verify names each drift, and apply repairs it and nothing else', () => expectMended(lab, drifts))
  },
)

test('a process that is older than its correct manifest needs a restart', async () => {
  const [host] = lab.hosts
  if (host === undefined) throw new Error('the lab has no nodes')
  await onNode(host, `cp -p ${manifest} /root/right.yaml`)
  await onNode(host, editManifest(`-e '/--audit-log-maxage=/d'`))
  const isOld = async () => {
    const commandLine = (await readCommandLine(host)).join(' ')
    expect(commandLine).toContain('--audit-log-maxbackup')
    expect(commandLine).not.toContain('--audit-log-maxage')
  }
  await vi.waitFor(isOld, { timeout: 120_000, interval: 500 })
  await onNode(host, `systemctl stop kubelet; cp -p /root/right.yaml /etc/kubernetes/edited`)
  await onNode(host, `touch -d '1 hour ago' /etc/kubernetes/edited; mv /etc/kubernetes/edited ${manifest}`)

  const found = await runReport(['verify', ...inventory(), '-l', host.name])
  expect(found.exitCode).toBe(2)
  const differences = found.report.hosts[0]?.changes.flatMap((change) => change.differences)
  expect(differences).toContain('the running process has no --audit-log-maxage')
  expect(found.report.hosts[0]?.causes).toContainEqual(
    expect.objectContaining({ path: manifest, cause: 'process-older' }),
  )

  const refused = await runReport(['apply', ...inventory(), '-l', host.name])
  expect(refused.exitCode).toBe(1)
  expect(refused.report.hosts[0]?.error?.what).toContain('no kubelet runs on the host')

  await onNode(host, 'systemctl start kubelet')
  const mended = await runReport(['apply', ...inventory(), '-l', host.name])
  expect(mended.report.hosts[0]?.error).toBe(null)
  expect(mended.exitCode).toBe(0)
  expect((await readCommandLine(host)).filter((word) => word.includes('audit-log-maxage'))).toEqual([
    '--audit-log-maxage=30',
  ])
})
