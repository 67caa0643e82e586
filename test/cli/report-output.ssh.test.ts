import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { Report } from '../../src/index.ts'
import { runPlanewright, startPlanewright } from '../support/command.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane.ts'

let host: ControlPlane
let inventory: string
let before: string
let folder: string
let folders = 0

beforeAll(async () => {
  host = await startControlPlane()
  inventory = await host.writeInventory()
  before = await host.listing()
})

beforeEach(async () => {
  folder = path.join(host.sshd.folder, `reports-${(folders += 1)}`)
  await mkdir(folder)
})

afterAll(async () => {
  // None of these tests may have changed the host.
  expect(await host.listing()).toBe(before)
  await host[Symbol.asyncDispose]()
})

test.each(['plan', 'verify'] as const)('%s as JUnit, on stdout', async (verb) => {
  const { exitCode, stdout, stderr } = await runPlanewright([verb, '-i', inventory, '--output', 'junit'])
  expect(exitCode).toBe(2)
  expect(stdout).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites>\n[^]*<\/testsuites>$/)
  expect(stdout).toContain(
    `<testcase classname="planewright.${verb}" name="cp1: audit policy" time="0"><failure `,
  )
  expect(stderr).toContain('RECAP')
})

test('verify as metrics, on stdout', async () => {
  const { exitCode, stdout } = await runPlanewright(['verify', '-i', inventory, '--output', 'prometheus'])
  expect(exitCode).toBe(2)
  expect(stdout).toContain('planewright_host_status{verb="verify",host="cp1",status="pending"} 1\n')
  expect(stdout).toContain(
    'planewright_host_pending_changes{verb="verify",host="cp1",task="kube-apiserver audit flags"} 2\n',
  )
})

describe('--output-file', () => {
  test.each([
    ['json', /^\{\n {2}"planewright"/],
    ['junit', /^<\?xml /],
    ['prometheus', /^# HELP planewright_run_info /],
  ] as const)('gets the report as %s, and stdout stays empty', async (form, begins) => {
    const file = path.join(folder, 'report')
    await writeFile(file, 'old\n')
    const args = ['verify', '-i', inventory, '--output', form, '--output-file', file]
    const { exitCode, stdout, stderr } = await runPlanewright(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain('RECAP')
    expect(await readFile(file, 'utf8')).toMatch(begins)
    expect(await readdir(folder)).toEqual(['report'])
  })

  test('is overwritten with a report that the run could not begin', async () => {
    const file = path.join(folder, 'planewright.prom')
    await writeFile(file, 'planewright_run_success{verb="verify"} 1\n')
    const args = ['verify', '-i', '/nowhere.yaml', '--output', 'prometheus', '--output-file', file]
    expect(await runPlanewright(args)).toMatchObject({ exitCode: 64, stdout: '' })
    const text = await readFile(file, 'utf8')
    expect(text).toContain('planewright_run_success{verb="verify"} 0\n')
    expect(text).toContain('planewright_run_error{verb="verify"} 1\n')
    expect(text).toContain('planewright_run_exit_code{verb="verify"} 64\n')
  })

  test('gets the JSON report of a rollback', async () => {
    const file = path.join(folder, 'report.json')
    const args = ['rollback', 'cp1', '-i', '/nowhere.yaml', '--output', 'json', '--output-file', file]
    expect(await runPlanewright(args)).toMatchObject({ exitCode: 64, stdout: '' })
    const report = Report.parse(JSON.parse(await readFile(file, 'utf8')))
    expect(report).toMatchObject({ verb: 'rollback', error: { code: 'usage' }, exitCode: 64 })
  })

  test.each([
    ['in a folder that is not there', 'none/report', 'ENOENT'],
    ['that is a folder', '.', 'Something else than a regular file is at this path.'],
  ])('%s is refused before any host is asked', async (_name, named, why) => {
    const file = path.join(folder, named)
    const args = ['verify', '-i', inventory, '--output', 'json', '--output-file', file]
    const { exitCode, stdout, stderr } = await runPlanewright(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
    expect(stderr).toContain(`error: the report cannot be written to ${file}\n`)
    expect(stderr).toContain(why)
    expect(stderr).not.toMatch(/survey|RECAP/)
    expect(await readdir(folder)).toEqual([])
  })
})

test.each([
  ['a file for no report', ['verify', '--output-file', 'x'], /--output json, junit or prometheus/],
  ['a rollback as JUnit', ['rollback', 'cp1', '--output', 'junit'], /Allowed choices are text, json/],
  ['a rollback as metrics', ['rollback', 'cp1', '--output', 'prometheus'], /Allowed choices are text, json/],
  ['a history as JUnit', ['history', 'cp1', '--output', 'junit'], /Allowed choices are text, json/],
  ['a history in a file', ['history', 'cp1', '--output-file', 'x'], /unknown option '--output-file'/],
])('%s is wrong usage', async (_name, args, says) => {
  const { exitCode, stdout, stderr } = await runPlanewright([...args, '-i', inventory], { cwd: folder })
  expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' })
  expect(stderr).toMatch(says)
  expect(stderr).not.toMatch(/survey|RECAP/)
  expect(await readdir(folder)).toEqual([])
})

describe('verify is interrupted while a host does not answer', () => {
  /** Starts a verify of a host that accepts a connection and sends nothing, and interrupts it once. */
  async function startInterrupted() {
    const sockets = new Set<Socket>()
    const silent = createServer((socket) => sockets.add(socket))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const hangUp = () => {
      silent.close()
      for (const socket of sockets) socket.destroy()
    }
    onTestFinished(hangUp)
    const { port } = silent.address() as AddressInfo
    const unanswered = await host.writeInventory({ ansible_host: '127.0.0.1', ansible_port: port })
    const file = path.join(folder, 'planewright.prom')
    const old = 'planewright_run_success{verb="verify"} 1\n'
    await writeFile(file, old)
    const args = ['verify', '-i', unanswered, '--output', 'prometheus', '--output-file', file]
    const run = startPlanewright(args)
    let told = ''
    run.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8')
    })
    await vi.waitUntil(() => sockets.size > 0, { timeout: 30_000 })
    run.kill('SIGINT')
    await vi.waitUntil(() => told.includes('interrupted: '), { timeout: 30_000 })
    expect(await readFile(file, 'utf8')).toBe(old)
    return { run, hangUp, text: () => readFile(file, 'utf8') }
  }

  test('once: the file gets what is known at the end', async () => {
    const { run, hangUp, text } = await startInterrupted()
    hangUp()
    expect((await run).exitCode).toBe(130)
    expect(await text()).toContain('planewright_run_success{verb="verify"} 0\n')
    expect(await text()).toContain(
      'planewright_host_status{verb="verify",host="cp1",status="unreachable"} 1\n',
    )
    expect(await text()).toContain('planewright_run_exit_code{verb="verify"} 130\n')
  })

  test('once, and the folder was removed meanwhile: an error says that the file cannot be written', async () => {
    const { run, hangUp } = await startInterrupted()
    await rm(folder, { recursive: true })
    hangUp()
    const { exitCode, stdout, stderr } = await run
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
    expect(stderr).toContain(
      `error: the report cannot be written to ${path.join(folder, 'planewright.prom')}\n`,
    )
    expect(stderr).toContain('ENOENT')
  })

  test('twice: the file says that the run failed', async () => {
    const { run, text } = await startInterrupted()
    run.kill('SIGINT')
    expect((await run).exitCode).toBe(130)
    expect(await text()).toContain('planewright_run_success{verb="verify"} 0\n')
    expect(await text()).toContain('planewright_run_error{verb="verify"} 1\n')
    expect(await readdir(folder)).toEqual(['planewright.prom'])
  })
})
