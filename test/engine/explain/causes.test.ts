import { describe, expect, test } from 'vitest'
import { causeText, type Cause } from '../../../src/engine/explain/cause.ts'
import { causesOf } from '../../../src/engine/explain/causes.ts'
import type { Evidence } from '../../../src/engine/explain/evidence.ts'
import type { Difference } from '../../../src/difference/difference.ts'
import type { KeptChange, KeptTransaction } from '../../../src/guard/history.ts'
import type { TransactionState } from '../../../src/guard/transaction-status.ts'
import { sha256 } from '../../../src/host/answer.ts'
import type { Change, DirectoryChange, FileChange, RestartChange } from '../../../src/host/change.ts'
import type { ProcessFact } from '../../../src/host/fact.ts'
import { directoryChange, fileChange, restartChange } from '../../report/fixtures.ts'
import { manifest, regular } from '../world.ts'

const policy = '/etc/kubernetes/audit-policy.yaml'

/** 2026-11-23T10:00:00Z, in seconds since 1970. */
const ten = Date.UTC(2026, 10, 23, 10) / 1000

const ours = `metadata:
  annotations:
    kubeadm.kubernetes.io/x: y
    planewright.dev/audit-policy-sha256: z
spec:
    image: registry.k8s.io/kube-apiserver:v1.36.3
`
const kubeadms = ours.replace(/^ *planewright.*\n/m, '').replace('v1.36.3', 'v1.37.2')

function shaOf(text: string): string {
  return sha256(Buffer.from(text))
}

/** A change of a file from one text to another. */
function file(
  path: string,
  before: string | null,
  after: string,
  differences: readonly Difference[] = [{ kind: 'content' }],
): FileChange {
  const base = fileChange(before, after)
  return {
    ...base,
    path,
    differences,
    before: base.before === null || before === null ? null : { ...base.before, sha256: shaOf(before) },
    after: { ...base.after, sha256: shaOf(after) },
  }
}

/** A restart. By default its reason is a change of the manifest. */
function restart(differences: readonly Difference[] = [{ kind: 'manifest-changes' }]): RestartChange {
  return { ...restartChange, path: manifest, differences }
}

function kept(path: string, after: string | undefined): KeptChange {
  const base = { number: 1, kind: 'file', before: undefined, made: true, sensitive: false } as const
  return {
    ...base,
    path,
    after: after === undefined ? undefined : shaOf(after),
    stagedIn: '/etc',
    had: undefined,
  }
}

function transaction(
  since: string,
  changes: readonly KeptChange[],
  state: TransactionState = 'confirmed',
): KeptTransaction {
  const origin = { who: 'a@b', from: '', since, what: 'x' }
  const nothing = {
    process: undefined,
    reason: undefined,
    words: undefined,
    failure: undefined,
    foreign: undefined,
  }
  const status = { id: since, state, guard: false, open: false, stagingShell: undefined, origin, ...nothing }
  return { status, changes, restart: undefined }
}

function process(started: number): ProcessFact {
  return { pid: 7, startTicks: 1, argv: [], started, sees: [] }
}

function evidence(changes: readonly Change[], more: Partial<Evidence> = {}): Evidence {
  return {
    changes,
    files: new Map(),
    history: [],
    backups: [],
    processes: new Map(),
    hasProvenPeer: false,
    ...more,
  }
}

const early = '2026-11-20T00:00:00Z'
const late = '2026-11-21T00:00:00Z'

const cases: readonly (readonly [string, Evidence, Cause['cause'], string])[] = [
  [
    'nothing was ever written',
    evidence([file(policy, null, 'new')]),
    'never-applied',
    'has not written it yet',
  ],
  [
    'nothing was ever written, and a peer is as it should be',
    evidence([file(policy, null, 'new')], { hasProvenPeer: true }),
    'new-control-plane',
    'a new control plane',
  ],
  [
    'something else was written, and a peer is as it should be: it is no new control plane',
    evidence([file(policy, null, 'new')], {
      hasProvenPeer: true,
      history: [transaction(early, [kept('/etc/x', 'x')])],
    }),
    'never-applied',
    'has not written it yet',
  ],
  [
    'a write that was undone does not count',
    evidence([file(policy, 'old', 'new')], {
      history: [transaction(early, [kept(policy, 'old')], 'undone')],
    }),
    'never-applied',
    'has not written it yet',
  ],
  [
    'the last write that stands counts, not one that was undone after it',
    evidence([file(policy, 'old', 'new')], {
      history: [transaction(early, [kept(policy, 'old')]), transaction(late, [kept(policy, 'x')], 'undone')],
    }),
    'wanted-otherwise',
    `left it at ${early}`,
  ],
  [
    'of two writes the later counts',
    evidence([file(policy, 'old', 'new')], {
      history: [transaction(early, [kept(policy, 'x')]), transaction(late, [kept(policy, 'old')])],
    }),
    'wanted-otherwise',
    `left it at ${late}`,
  ],
  [
    'the inventory wants more',
    evidence([file(policy, 'old', 'new')], { history: [transaction(early, [kept(policy, 'old')])] }),
    'wanted-otherwise',
    'now another is wanted',
  ],
  [
    'somebody edited it',
    evidence([file(policy, 'theirs', 'new')], { history: [transaction(early, [kept(policy, 'old')])] }),
    'edited',
    `edited since planewright wrote it at ${early}`,
  ],
  [
    'somebody took it away',
    evidence([file(policy, null, 'new')], { history: [transaction(early, [kept(policy, 'old')])] }),
    'removed',
    'removed since planewright wrote it',
  ],
  [
    'only mode or owner was changed',
    evidence([file(policy, 'old', 'old')], { history: [transaction(early, [kept(policy, 'old')])] }),
    'edited',
    'its mode or owner was changed',
  ],
  [
    'a rollback took it away, which nobody else did',
    evidence([file(policy, null, 'new')], {
      history: [transaction(early, [kept(policy, 'old')]), transaction(late, [kept(policy, undefined)])],
    }),
    'wanted-otherwise',
    `planewright took it away at ${late}`,
  ],
  [
    'somebody made it after a rollback took it away',
    evidence([file(policy, 'theirs', 'new')], { history: [transaction(late, [kept(policy, undefined)])] }),
    'edited',
    'made by somebody since',
  ],
  [
    'a rollback put the manifest back that kubeadm wrote: kubeadm has written nothing since',
    evidence([file(manifest, kubeadms, ours), restart()], {
      history: [transaction(early, [kept(manifest, ours)]), transaction(late, [kept(manifest, kubeadms)])],
    }),
    'wanted-otherwise',
    `left it at ${late}`,
  ],
  [
    'kubeadm wrote the manifest anew, and kept ours',
    evidence([file(manifest, kubeadms, ours), restart()], {
      history: [transaction(early, [kept(manifest, ours)])],
      backups: [
        { folder: '/b1', content: 'another', sha256: shaOf('another') },
        { folder: '/b2', content: ours, sha256: shaOf(ours) },
      ],
    }),
    'regenerated',
    'regenerated by kubeadm (version v1.36.3 → v1.37.2); it kept ours in /b2',
  ],
  [
    'kubeadm wrote it anew in the same version',
    evidence([file(manifest, kubeadms.replace('v1.37.2', 'v1.36.3'), ours), restart()], {
      history: [transaction(early, [kept(manifest, ours)])],
      backups: [{ folder: '/b2', content: ours, sha256: shaOf(ours) }],
    }),
    'regenerated',
    '(version v1.36.3)',
  ],
  [
    'kubeadm wrote it anew, and no backup is left',
    evidence([file(manifest, kubeadms, ours), restart()], {
      history: [transaction(early, [kept(manifest, ours)])],
    }),
    'regenerated',
    'regenerated by kubeadm (version v1.37.2): only its own annotations are left',
  ],
  [
    'flags are gone, and our annotation is there',
    evidence(
      [
        file(manifest, `${ours}#`, ours, [
          { kind: 'flag-missing', flag: 'audit-log-path', should: '/x' },
          { kind: 'flag-missing', flag: 'audit-log-maxage', should: '30' },
        ]),
        restart(),
      ],
      { history: [transaction(early, [kept(manifest, ours)])] },
    ),
    'flag-removed',
    'flags removed (--audit-log-path, --audit-log-maxage)',
  ],
  [
    'a flag is gone, and the manifest never was kubeadm’s',
    evidence(
      [
        file(manifest, 'x', ours, [{ kind: 'flag-missing', flag: 'audit-log-path', should: '/x' }]),
        restart(),
      ],
      {
        history: [transaction(early, [kept(manifest, ours)])],
      },
    ),
    'flag-removed',
    'flag removed (--audit-log-path)',
  ],
  [
    'the process is older than the manifest',
    evidence([restart([{ kind: 'process-lacks-flag', flag: 'audit-log-path' }])], {
      files: new Map([[manifest, regular(manifest, ours, { modified: ten + 60 })]]),
      processes: new Map([['kube-apiserver', process(ten)]]),
    }),
    'process-older',
    'process older than manifest: it started at 2026-11-23T10:00:00Z; the manifest is of 2026-11-23T10:01:00Z',
  ],
  [
    'the process is younger than the manifest, and has lost its directory: it is not called older',
    evidence(
      [
        file(manifest, ours, `${ours}restarted`),
        restart([{ kind: 'process-has-old-directory', path: '/var/log' }]),
      ],
      {
        history: [transaction(early, [kept(manifest, ours)])],
        files: new Map([[manifest, regular(manifest, ours, { modified: ten - 60 })]]),
        processes: new Map([['kube-apiserver', process(ten)]]),
      },
    ),
    'process-older',
    'process not of the files as they are: it started at 2026-11-23T10:00:00Z; the running process has another /var/log open than the host has now',
  ],
]

test.each(cases)('%s', (_, known, cause, words) => {
  const [first, ...others] = causesOf(known)
  expect(first?.cause).toBe(cause)
  expect(first?.words).toContain(words)
  expect(others).toEqual([])
})

const directories: readonly (readonly [
  string,
  DirectoryChange,
  readonly KeptTransaction[],
  Cause['cause'],
])[] = [
  ['never made', { ...directoryChange, before: null }, [], 'never-applied'],
  [
    'taken away',
    { ...directoryChange, before: null },
    [transaction(early, [{ ...kept(directoryChange.path, undefined), kind: 'directory' }])],
    'removed',
  ],
  [
    'with another mode',
    directoryChange,
    [transaction(early, [{ ...kept(directoryChange.path, undefined), kind: 'directory' }])],
    'edited',
  ],
]

test.each(directories)('a directory %s', (_, change, history, cause) => {
  expect(causesOf(evidence([change], { history })).map((one) => one.cause)).toEqual([cause])
})

describe('several changes', () => {
  test('have a cause each, and a restart that follows from a manifest has none of its own', () => {
    const changes = [
      file(policy, 'theirs', 'new'),
      file('/etc/other', null, 'x'),
      file(manifest, 'y', ours),
      restart(),
    ]
    const history = [transaction(early, [kept(policy, 'old'), kept(manifest, 'y')])]
    const told = causesOf(
      evidence(changes, { history, processes: new Map([['kube-apiserver', process(ten)]]) }),
    )
    expect(told.map(({ path, cause }) => `${path} ${cause}`)).toEqual([
      `${policy} edited`,
      '/etc/other never-applied',
      `${manifest} wanted-otherwise`,
    ])
  })

  test('a process that no longer runs has no cause', () => {
    expect(causesOf(evidence([restart([{ kind: 'not-running', component: 'kube-apiserver' }])]))).toEqual([])
  })
})

test('a cause names the present file’s owner and time', () => {
  const fact = regular(policy, 'theirs', { owner: 1000, group: 27, modified: ten + 0.9 })
  const history = [transaction(early, [kept(policy, 'old')])]
  const [cause] = causesOf(
    evidence([file(policy, 'theirs', 'new')], { history, files: new Map([[policy, fact]]) }),
  )
  if (cause === undefined) throw new Error('a cause was expected')
  expect(cause.file).toEqual({ owner: 1000, group: 27, modified: ten + 0.9 })
  expect(causeText(cause)).toBe(
    `edited since planewright wrote it at ${early} (now 1000:27, of 2026-11-23T10:00:00Z)`,
  )
  expect(causeText({ ...cause, file: null })).toBe(cause.words)
})
