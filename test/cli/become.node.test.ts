import { expect, test } from 'vitest'
import { runPlanewright, runReport } from '../support/command.ts'
import { useNodeLab } from '../support/lab.ts'

const lab = await useNodeLab()
const asOperator = () => ['-i', lab.inventoryFile, '-e', 'ansible_user=operator']

test('an operator with sudo applies and proves', async () => {
  const { exitCode, report } = await runReport(['apply', ...asOperator(), '-e', 'ansible_become=true'])
  expect(report.hosts.map(({ status, error }) => ({ status, error }))).toEqual(
    lab.hosts.map(() => ({ status: 'changed', error: null })),
  )
  expect(report.hosts.every((host) => host.proof !== null)).toBe(true)
  expect(exitCode).toBe(0)
})

test('the operator’s next plan finds nothing to do', async () => {
  const { exitCode, stderr } = await runPlanewright(['plan', ...asOperator(), '-e', 'ansible_become=true'])
  expect(stderr).toContain('Nothing to do.')
  expect(exitCode).toBe(0)
})

test('without become the same user is refused, and told what to set', async () => {
  const { exitCode, stderr } = await runPlanewright(['plan', ...asOperator()])
  expect(exitCode).toBe(3)
  expect(stderr).toContain('ansible_become: true')
})
