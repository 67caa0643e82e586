import { execa } from 'execa'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import {
  cancelScript,
  confirmScript,
  followScript,
  guardScript,
  historyScript,
  recoverScript,
  stageScript,
} from '../../src/guard/scripts.ts'
import { surveyScript } from '../../src/host/survey-script.ts'
import { isOnPath } from '../lab/packages.ts'

/**
 * Warnings that make no sense for one part of a script: a function that another part calls (SC2317), and a variable that
 * another part sets (SC2154) or reads (SC2034).
 */
const acrossScripts = 'SC2317,SC2154,SC2034'

async function restartScript(): Promise<string> {
  const parts = ['process.sh', 'arrival.sh', 'restart.sh'].map((name) =>
    readFile(new URL(`../../src/host/${name}`, import.meta.url), 'utf8'),
  )
  return (await Promise.all(parts)).join('\n')
}

function readJob(): Promise<string> {
  return readFile(new URL('../../docs/continuous/ci-job.sh', import.meta.url), 'utf8')
}

const id = '20261124T013612Z-0'

if (!isOnPath('shellcheck')) console.warn('shellcheck is not there: the scripts are not looked at by it')

// The scripts as a host gets them, with all their parts.
test.runIf(isOnPath('shellcheck')).each([
  ['the guard', guardScript(id)],
  ['stage', stageScript(id, ['begin', 'arm', 'launch'])],
  ['follow', followScript(id, 'staged', 20)],
  ['confirm', confirmScript(id)],
  ['cancel', cancelScript(id, 'a test')],
  ['recover', recoverScript()],
  ['history', historyScript()],
  ['restart', await restartScript()],
  ['survey', surveyScript([])],
  ['a CI job of docs/continuous', await readJob()],
])('shellcheck finds nothing in %s', async (_, script) => {
  const args = ['--shell=sh', `--exclude=${acrossScripts}`, '--format=gcc', '-']
  const { stdout } = await execa('shellcheck', args, { input: script, reject: false })
  expect(stdout).toBe('')
})
