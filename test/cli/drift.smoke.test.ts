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

/**
 * One drift that needs a restart, one that does not, and one that needs a directory and a restart.
 * `drift.cluster.test.ts` has the others.
 */
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
    // The process has not read the edited policy, so apply puts the file back without a restart.
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

test('verify names a drift on each of three nodes, and apply repairs each and nothing else', () =>
  expectMended(lab, drifts))
