import { beforeAll, expect, test } from 'vitest'
import { runReport } from '../support/command.ts'
import { useLab } from '../support/lab.ts'
import {
  editManifest,
  expectMended,
  logDirectory,
  manifest,
  policy,
  restarted,
  type Drift,
} from './drifts.ts'

/** One that needs a restart, one that needs none, and one of both kinds; `drift.cluster.test.ts` has the others. */
const drifts: readonly Drift[] = [
  {
    name: 'one flag removed',
    script: editManifest(`-e '/--audit-log-maxage=/d'`),
    named: /flag --audit-log-maxage is missing, should be 30/,
    cause: [manifest, 'flag-removed'],
    differing: ['kube-apiserver --audit-log-maxage', null],
    mended: restarted,
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
]

const lab = await useLab()

beforeAll(async () => {
  expect((await runReport(['apply', '-i', lab.inventoryFile])).exitCode).toBe(0)
})

test('three drifts, one a node: each is named by verify, mended alone by apply, and gone', () =>
  expectMended(lab, drifts))
