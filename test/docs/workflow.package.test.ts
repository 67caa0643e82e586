import { execa } from 'execa'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { ensureGoProgram } from '../lab/images/go-program.ts'
import { isOnPath } from '../lab/packages.ts'
import { terminalProgress } from '../lab/progress.ts'
import { readText } from './document.ts'

const version = 'v1.7.12'
const module = 'github.com/rhysd/actionlint'
const mainFile = path.join(import.meta.dirname, 'actionlint', 'main.go')

const noLinter =
  process.platform === 'linux' && isOnPath('go')
    ? undefined
    : 'the linter of GitHub workflows is built of Go modules, on Linux, and there is no Go here'

if (noLinter !== undefined) console.warn(`skipped: ${noLinter}`)

/** Runs actionlint on a workflow. actionlint is built once, and kept in the cache. */
async function lint(workflow: string) {
  const program = await ensureGoProgram(
    {
      recipe: {
        name: 'actionlint',
        ingredients: [version],
        files: { 'main.go': await readFile(mainFile, 'utf8') },
      },
      title: 'the linter of workflows',
      mainFile,
      target: `${module}/cmd/actionlint`,
      moduleFile: () =>
        Promise.resolve(`module planewright.test/actionlint\ngo 1.26.0\nrequire ${module} ${version}\n`),
      variables: () => Promise.resolve({}),
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    },
    terminalProgress(),
  )
  const { exitCode, stdout } = await execa(program, ['-no-color', '-'], { input: workflow, reject: false })
  return { exitCode, stdout }
}

const pinned = readText('docs/continuous/github-workflow.yaml')

test('the workflow of docs/continuous takes each action by the hash of a release', () => {
  const actions = [...pinned.matchAll(/uses: (.*)$/gm)].map(([, action]) => action)
  expect(actions).not.toHaveLength(0)
  for (const action of actions) expect(action).toMatch(/^actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
})

describe.skipIf(noLinter !== undefined)('the workflow of docs/continuous', () => {
  // actionlint knows an action's inputs by its major release, and does not know hashes.
  const workflow = pinned.replaceAll(/@[0-9a-f]{40} # (v\d+)\S*/g, '@$1')

  test('passes actionlint', { timeout: 600_000 }, async () => {
    expect(await lint(workflow)).toEqual({ exitCode: 0, stdout: '' })
  })

  test.each([
    ['an event that is misspelt', 'workflow_dispatch:', 'workflow_dispach:', 'unknown Webhook event'],
    [
      'an input that the action lacks',
      'node-version: 24',
      'node-versoin: 24',
      'input "node-versoin" is not defined',
    ],
    ['an expression that is none', "'schedule'", 'schedule', 'undefined variable "schedule"'],
  ])('would not pass actionlint with %s', async (_fault, right, wrong, words) => {
    const { exitCode, stdout } = await lint(workflow.replace(right, wrong))
    expect(exitCode).toBe(1)
    expect(stdout).toContain(words)
  })
})
