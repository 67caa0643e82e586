import { beforeAll, expect, test } from 'vitest'
import { runPlanewright, runReport } from '../support/command.ts'
import { expectServing } from '../support/faults.ts'
import { firstHost, useLab } from '../support/lab.ts'
import { onNode, readCommandLine } from '../support/node.ts'

const lab = await useLab()
const first = firstHost(lab)

/** What a rollback must restore: all bytes, modes and owners in /etc/kubernetes, and the apiserver's flags. */
async function readState() {
  const files = await onNode(
    first,
    `find /etc/kubernetes -printf '%p %y %m %U:%G %l\\n' -type f -exec sha256sum {} + | sort`,
  )
  return { files, words: await readCommandLine(first) }
}

type State = Awaited<ReturnType<typeof readState>>

let bare: State
let applied: State

beforeAll(async () => {
  bare = await readState()
  const { exitCode } = await runReport(['apply', '-i', lab.inventoryFile, '-l', first.name])
  expect(exitCode).toBe(0)
  applied = await readState()
})

async function rollback() {
  const { exitCode, report } = await runReport(['rollback', first.name, '-i', lab.inventoryFile])
  expect({ exitCode, error: report.hosts[0]?.error }).toEqual({ exitCode: 0, error: null })
  return report.hosts[0]
}

async function expectState(state: State): Promise<void> {
  expect(await readState()).toEqual(state)
  await expectServing(first, state.words)
}

test('a rollback restores what kubeadm wrote, and the apiserver serves', async () => {
  expect(await rollback()).toMatchObject({ status: 'changed', proof: null })
  await expectState(bare)
})

test('a rollback of the rollback turns auditing on again, and proves it', async () => {
  const outcome = await rollback()
  expect(outcome?.proof).not.toBeNull()
  await expectState(applied)
})

test('history lists both rollbacks', async () => {
  const { exitCode, stdout } = await runPlanewright(['history', first.name, '-i', lab.inventoryFile])
  expect(exitCode).toBe(0)
  expect(stdout.match(/rollback to before/g)).toHaveLength(2)
})
