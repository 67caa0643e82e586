import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeDifferences } from '../manifest/describe-differences.ts'
import { judgedBy } from '../kubeadm/judged.ts'
import { askKubeadm } from '../kubeadm/real-kubeadm.ts'
import { podEdit } from '../kubeadm/wanted.ts'
import { bootMachine, joinMachine, upgradeLab, type Lab } from '../lab/lab.ts'
import { terminalProgress } from '../lab/progress.ts'
import { runReport } from '../support/command.ts'
import { firstHost } from '../support/lab.ts'
import { endWatch, startWatch } from './auditing-watch.ts'
import { makeOldLab, removeOldLab } from './lab.ts'
import { readPod } from './read-pod.ts'
import { releases } from './releases.ts'

let lab: Lab
let foretold: readonly { readonly flags: Record<string, string[]>; readonly volumes: string[] }[]

beforeAll(async () => {
  lab = await makeOldLab('kept')
})

afterAll(() => removeOldLab('kept'))

const run = (verb: string, ...args: readonly string[]) => runReport([verb, '-i', lab.inventoryFile, ...args])
const names = () => lab.hosts.map(({ name }) => name)

test('an apply at the old release proves all three nodes and stores the settings', async () => {
  const { exitCode, report } = await run('apply')
  expect(report.hosts.map(({ status, error, proof }) => ({ status, error, proven: proof !== null }))).toEqual(
    names().map(() => ({ status: 'changed', error: null, proven: true })),
  )
  expect(report.clusters).toMatchObject([{ status: 'changed', error: null, warnings: [] }])
  expect(exitCode).toBe(0)
})

test('the old kubeadm also accepts the edited v1beta3 configurations', async () => {
  const asked = judgedBy(releases.from).filter(({ apiVersion }) => apiVersion === 'kubeadm.k8s.io/v1beta3')
  const answers = await askKubeadm(
    firstHost(lab),
    asked.map(({ text }) => text),
  )
  expect(asked.length).toBeGreaterThan(5)
  const verdicts = asked.map(({ name, refusal }, index) => ({
    name,
    isValid: answers[index]?.isValid,
    isExpected: refusal === undefined || answers[index]?.words.includes(refusal),
  }))
  expect(verdicts).toEqual(
    asked.map(({ name, refusal }) => ({ name, isValid: refusal === undefined, isExpected: true })),
  )
  const made = asked.flatMap(({ refusal }, index) =>
    refusal === undefined ? describeDifferences(answers[index]?.manifest ?? '', podEdit) : [],
  )
  expect(made).toEqual([])
})

test('plan --for-version forecasts that the upgrade loses nothing', async () => {
  const { exitCode, report } = await run('plan', '--for-version', releases.to)
  foretold = report.hosts.flatMap(({ forecast }) => forecast ?? [])
  expect(report.hosts.map(({ forecast }) => forecast)).toMatchObject(
    names().map(() => ({ from: releases.from, to: releases.to, lost: [], gained: [] })),
  )
  expect(exitCode).toBe(0)
})

test('no apiserver serves without auditing while kubeadm upgrades each node', async () => {
  await Promise.all(lab.hosts.map(startWatch))
  lab = await upgradeLab(lab, releases.to, { progress: terminalProgress() })
  const seen = await Promise.all(lab.hosts.map(endWatch))
  for (const { looks, processes, unaudited } of seen) {
    expect(unaudited).toEqual([])
    // At least one apiserver before the upgrade and one after it. The watch looked at each for a while.
    expect(processes).toBeGreaterThanOrEqual(2)
    expect(looks).toBeGreaterThan(100)
  }
})

test('the manifests are as the forecast said', async () => {
  const pods = await Promise.all(lab.hosts.map(readPod))
  expect(pods.map(({ flags, volumes }) => ({ flags, volumes }))).toEqual(
    foretold.map(({ flags, volumes }) => ({ flags, volumes })),
  )
  for (const { image } of pods) expect(image).toContain(`:${releases.to}`)
})

test('an apply at the new release finds nothing to do and proves all three nodes', async () => {
  const { exitCode, report } = await run('apply')
  expect(
    report.hosts.map(({ status, changes, error, proof }) => ({
      status,
      changes,
      error,
      proven: proof !== null,
    })),
  ).toEqual(names().map(() => ({ status: 'ok', changes: [], error: null, proven: true })))
  expect(report.clusters).toMatchObject([{ status: 'ok', differing: [] }])
  expect(exitCode).toBe(0)
})

test('a fourth control plane joins after prepare, and apply proves it', async () => {
  const progress = terminalProgress()
  const { lab: booted, machine } = await bootMachine(lab, progress)
  lab = booted
  const prepared = await run('prepare', '-l', machine.name)
  expect(prepared.report.hosts).toMatchObject([{ host: machine.name, status: 'changed', error: null }])
  const { lab: joined, kubeadm } = await joinMachine(lab, machine, { progress })
  expect(kubeadm.code, kubeadm.output).toBe(0)
  lab = joined
  expect(lab.hosts).toHaveLength(4)
  const { exitCode, report } = await run('apply')
  expect(
    report.hosts.map(({ host, status, changes, proof }) => ({
      host,
      status,
      changes,
      proven: proof !== null,
    })),
  ).toEqual(names().map((host) => ({ host, status: 'ok', changes: [], proven: true })))
  expect(report.clusters).toMatchObject([{ status: 'ok', warnings: [], differing: [] }])
  expect(exitCode).toBe(0)
})
