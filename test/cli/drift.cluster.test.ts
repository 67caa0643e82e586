import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { CauseKind } from '../../src/engine/explain/causes.ts'
import { runReport } from '../support/command.ts'
import { useLab } from '../support/lab.ts'
import { onNode, readCommandLine } from '../support/node.ts'

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const policy = '/etc/kubernetes/audit-policy.yaml'
const logDirectory = '/var/log/kubernetes/audit'

/** One way in which a node that was right differs, what verify calls it, and all that apply may then do. */
interface Drift {
  readonly name: string
  /** Run on the node by hand. */
  readonly script: string
  /** Of the differences that the report names. */
  readonly named: RegExp
  /** The path whose cause is known, and that cause. */
  readonly cause: readonly [path: string, cause: CauseKind]
  /** What stands in the table of what differs between the nodes: setting, and value here. */
  readonly differing?: readonly [setting: string, value: string | null]
  /** `kind path` of each change, in order. */
  readonly mended: readonly string[]
  /** What must still be there afterwards, by a script that fails where it is not. */
  readonly kept?: string
}

/** Edits the manifest outside its folder and renames it in, as a careful person would. */
function editManifest(sed: string): string {
  return `sed ${sed} ${manifest} >/etc/kubernetes/edited && chmod 600 /etc/kubernetes/edited && mv /etc/kubernetes/edited ${manifest}`
}

const restarted = [`file ${manifest}`, `restart ${manifest}`]

/** Three at a time: one a node, so that one roll mends them. */
const rounds: readonly (readonly Drift[])[] = [
  [
    {
      name: 'one flag removed',
      script: editManifest(`-e '/--audit-log-maxage=/d'`),
      named: /flag --audit-log-maxage is missing, should be 30/,
      cause: [manifest, 'flag-removed'],
      differing: ['kube-apiserver --audit-log-maxage', null],
      mended: restarted,
    },
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
  ],
  [
    {
      name: 'a flag in args, in another spelling',
      script: editManifest(
        `-e '/--audit-log-format=/d' -e 's/^    image: .*/&\\n    args: ["--audit-log-format", "legacy"]/'`,
      ),
      named: /flag --audit-log-format is legacy, should be json/,
      cause: [manifest, 'edited'],
      mended: restarted,
    },
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
  ],
  [
    {
      name: 'other modes',
      script: `chmod 700 ${logDirectory}; chmod 644 ${policy}`,
      named: /mode is 0700, should be 0755/,
      cause: [logDirectory, 'edited'],
      mended: [`directory ${logDirectory}`, `file ${policy}`],
    },
    {
      // The process has not read it: putting it back is enough, and restarts nothing.
      name: 'an edited policy',
      script: `sed -i 's/level: RequestResponse/level: Metadata/' ${policy}`,
      named: /the content differs/,
      cause: [policy, 'edited'],
      mended: [`file ${policy}`],
    },
    {
      name: 'a deleted log directory',
      script: `rm -r ${logDirectory}`,
      named: /the directory is missing/,
      cause: [logDirectory, 'removed'],
      mended: [`directory ${logDirectory}`, ...restarted],
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
    test('is named by verify, mended alone by apply, and gone', async () => {
      const drifted = lab.hosts.flatMap((host, index) => {
        const drift = drifts[index]
        return drift === undefined ? [] : [{ drift, host }]
      })
      for (const { drift, host } of drifted) await onNode(host, drift.script)

      const found = await runReport(['verify', ...inventory()])
      expect(found.exitCode).toBe(2)
      for (const { drift, host } of drifted) {
        const report = found.report.hosts.find((one) => one.host === host.name)
        expect(report?.status, drift.name).toBe('pending')
        expect(report?.changes.flatMap((change) => change.differences).join('\n')).toMatch(drift.named)
        expect(report?.proof).toBe(null)
        const [path, cause] = drift.cause
        expect(report?.causes, drift.name).toContainEqual(expect.objectContaining({ path, cause }))
        if (drift.differing !== undefined) {
          const [setting, value] = drift.differing
          const values = expect.objectContaining({ [host.name]: value }) as Record<string, string>
          expect(found.report.clusters[0]?.differing).toContainEqual({ setting, values })
        }
      }

      const mended = await runReport(['apply', ...inventory()])
      expect(mended.report.hosts.map(({ host, error }) => ({ host, error }))).toEqual(
        lab.hosts.map(({ name }) => ({ host: name, error: null })),
      )
      for (const { drift, host } of drifted) {
        const report = mended.report.hosts.find((one) => one.host === host.name)
        const changes = report?.changes.map((change) => `${change.kind} ${change.path}`)
        expect(changes, drift.name).toEqual(drift.mended)
        if (drift.kept !== undefined) await onNode(host, drift.kept)
      }
      const rest = lab.hosts.slice(drifts.length)
      for (const { name } of rest) {
        expect(mended.report.hosts.find((one) => one.host === name)?.changes).toEqual([])
      }

      expect((await runReport(['verify', ...inventory()])).exitCode).toBe(0)
    })
  },
)

test('a manifest that is right while the process is old is a restart that is due', async () => {
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
