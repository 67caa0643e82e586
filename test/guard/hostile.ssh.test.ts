import { mkdtemp, writeFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { Connection } from '../../src/connection/connection.ts'
import { quote } from '../../src/connection/shell.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import { guardVariables } from '../../src/engine/session/guard-variables.ts'
import { makeTransaction } from '../../src/engine/roll/make-transaction.ts'
import type { HostPlan } from '../../src/engine/values/host-plan.ts'
import { surveyHost } from '../../src/engine/survey/survey-host.ts'
import { PlanewrightError } from '../../src/error.ts'
import { cancel, confirm, follow, recover, stage } from '../../src/guard/guard.ts'
import { readHistory } from '../../src/guard/history.ts'
import type { TransactionStatus } from '../../src/guard/transaction-status.ts'
import { transactionId } from '../../src/guard/transaction-id.ts'
import { oneLine, transactionsFolder, type Transaction } from '../../src/guard/transaction.ts'
import { sha256 } from '../../src/host/answer.ts'
import type { FileChange } from '../../src/host/change.ts'
import { readHost } from '../../src/host/host-reader.ts'
import { awaitRestart } from '../../src/host/restart.ts'
import { searchLog } from '../../src/host/search-log.ts'
import { loadInventory, openSession, drawPlan, readExtraVariables } from '../../src/index.ts'
import { auditTasks } from '../../tasks/index.ts'
import { runPlanewright } from '../support/command.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane.ts'
import { canary, hostileLine, hostileName, hostileText } from '../support/hostile.ts'
import { connectTo, describeUserlands } from '../support/shells.ts'

/** The usual restart. */
const plain = { mounts: 'there', manifestIs: 'replaced' } as const

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const policy = '/etc/kubernetes/audit-policy.yaml'

const settings = {
  restart: 'patient',
  restart_drain: 5,
  confirm_timeout: 60,
  transactions_kept: 10,
} as const

/** Whether a text can be a word of a shell, and whether it can be a line. */
const isWord = (text: string) => !text.includes('\0') && text.isWellFormed()
const isLine = (text: string) => isWord(text) && !text.includes('\n')

function newFile(file: string, content: string): FileChange {
  const after = { content, sha256: sha256(content), mode: 0o600, owner: 0, group: 0 }
  const stagedIn = path.posix.dirname(file)
  const differences = [{ kind: 'file-missing' }] as const
  return {
    kind: 'file',
    task: 'test',
    path: file,
    differences,
    before: null,
    after,
    sensitive: false,
    stagedIn,
  }
}

function transaction(values: Partial<Transaction>): Transaction {
  const id = transactionId(new Date())
  return { id, who: 'a@b', what: 'a test', changes: [], restart: undefined, settings, ...values }
}

async function reach(connection: Connection, id: string): Promise<TransactionStatus> {
  let last: TransactionStatus | undefined
  for await (const status of follow(connection, id, 'serving')) last = status
  if (last === undefined) throw new Error('no state')
  return last
}

/** The error with which a call is refused. Undefined if it succeeds. Other errors than a PlanewrightError fail the test. */
async function refusal(call: () => Promise<unknown>): Promise<PlanewrightError | undefined> {
  try {
    await call()
    return undefined
  } catch (error) {
    if (error instanceof PlanewrightError && error.code !== 'internal') return error
    throw error
  }
}

describeUserlands((userland) => {
  let host: ControlPlane
  let connection: Connection

  beforeAll(async () => {
    host = await startControlPlane()
    connection = await connectTo(host.sshd, userland)
  })

  afterAll(async () => {
    await connection.close()
    await host[Symbol.asyncDispose]()
  })

  async function run(script: string): Promise<string> {
    const { code, stdout, stderr } = await connection.run(script, { timeoutMs: 60_000 })
    expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
    return stdout.toString()
  }

  beforeEach(async () => {
    await host.reset()
    await run('rm -rf /t; mkdir /t')
  })

  /** Expects that no part of a string was run. */
  async function expectNoCanary(): Promise<void> {
    expect(await run(`find / -xdev -name ${path.basename(canary)}`)).toBe('')
  }

  test('a canary on the host is found', async () => {
    await run(`touch ${canary}`)
    await expect(expectNoCanary()).rejects.toThrow()
    await run(`rm ${canary}`)
  })

  test('survey: paths, names of processes, contents', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (name, content) => {
        const file = path.posix.join('/t', `f${name.replaceAll('..', '__')}`)
        const reader = readHost(connection)
        const asked = () =>
          Promise.all([
            reader.file(file),
            reader.folder(path.posix.dirname(file)),
            reader.processes(name, [file]),
          ])
        if (!isWord(name)) {
          expect(await refusal(asked)).toMatchObject({ code: 'usage' })
          return
        }
        const bytes = Buffer.from(content)
        const base64 = (text: string) => Buffer.from(text).toString('base64')
        // This decodes the path from base64, and does not use planewright's own quoting.
        await run(`path=$(printf %s ${base64(`${file}.`)} | base64 -d); path=\${path%.}
          mkdir -p -- "\${path%/*}" && printf %s ${bytes.toString('base64')} | base64 -d >"$path"`)
        const [found, folder, { processes }] = await asked()
        expect(found).toMatchObject({ type: 'regular', path: file, content: bytes })
        expect(folder.entries.map((entry) => entry.path)).toContain(file)
        expect(processes).toEqual([])
        await run('find /t -mindepth 1 -exec rm -rf {} +')
      }),
      { numRuns: 30 },
    )
    await expectNoCanary()
  })

  test('stage, follow, cancel, history: who, what, paths, contents, reasons', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(hostileText, hostileText, hostileText, hostileText, hostileText),
        async ([who, what, name, content, reason]) => {
          const file = path.posix.join('/t', `f${name.replaceAll(/\/|\.\./g, '_')}`)
          const staged = transaction({ who, what, changes: [newFile(file, content.toWellFormed())] })
          const { id } = staged
          const refused = await refusal(() => stage(connection, staged))
          if (!isLine(name)) {
            expect(refused).toMatchObject({ code: 'usage' })
            expect(await run('ls -A /t')).toBe('')
            return
          }
          expect(refused).toBe(undefined)
          expect(await reach(connection, id)).toMatchObject({ state: 'serving' })
          expect(await run(`cat -- ${quote(file)}`)).toBe(content.toWellFormed())
          const undone = await cancel(connection, id, reason)
          expect(undone).toMatchObject({ state: 'undone', open: false })
          expect(undone.reason).toEqual({ code: 'withdrawn', words: oneLine(reason) })
          expect(undone.origin).toMatchObject({ who: oneLine(who), what: oneLine(what) })
          const kept = (await readHistory(connection)).find(({ status }) => status.id === id)
          expect(kept?.status.origin).toEqual(undone.origin)
          expect(kept?.changes.map((change) => change.path)).toEqual([file])
          expect(await run('ls -A /t')).toBe('')
        },
      ),
      { numRuns: 15 },
    )
    expect(await recover(connection)).toBe(undefined)
    await expectNoCanary()
  })

  test('the restart: name of the program, flags, address', async () => {
    // The kernel cuts the names of processes to 15 bytes.
    const name = fc.constantFrom(
      ...['$(touch canary)', '`touch canary`', "';touch canary'", '";touch canary"', '-rf *', '--', '☸ü\\'],
      // For this name, the guard is also told how to ask for readiness.
      'kube-apiserver',
    )
    await fc.assert(
      fc.asyncProperty(name, hostileLine, hostileText, async (component, flag, address) => {
        const program = `/t/bin/${component}`
        const flags = { 'audit-log-path': flag }
        // Also a process with the kubelet's name, because the guard begins nothing without a kubelet.
        await run(`mkdir -p /t/bin; printf '#!/bin/sh\\nwhile :; do sleep 1; done\\n' >/t/bin/kubelet
          cp /t/bin/kubelet ${quote(program)}; chmod 755 /t/bin/*
          setsid /t/bin/kubelet </dev/null >/dev/null 2>&1 &
          setsid ${quote(program)} ${quote(`--audit-log-path=${flag}`)} </dev/null >/dev/null 2>&1 &`)
        try {
          const listens = { address, port: 0 }
          const restart = { component, manifest: '/none', before: null, flags, listens, ...plain }
          const staged = transaction({ changes: [newFile('/t/new', 'x')], restart })
          expect(await refusal(() => stage(connection, staged))).toBe(undefined)
          const status = await reach(connection, staged.id)
          expect(status).toMatchObject({ state: 'serving' })
          expect(status.process?.argv.slice(-2)).toEqual([program, `--audit-log-path=${flag}`])
          const awaited = {
            component,
            old: null,
            port: 0,
            drain: 2,
            deadline: 5,
            arguments: [`--audit-log-path=${flag}`],
          }
          expect(await awaitRestart(connection, awaited)).toMatchObject({ pid: status.process?.pid })
          expect(await confirm(connection, staged.id)).toMatchObject({ state: 'confirmed' })
          const kept = (await readHistory(connection)).find(({ status: { id } }) => id === staged.id)
          expect(kept?.restart).toEqual({ component, manifest: undefined })
        } finally {
          await run(`for process in /proc/[0-9]*; do
            words=$(tr '\\0' ' ' 2>/dev/null <"$process/cmdline") || continue
            case $words in *" /t/bin/"*) kill -9 "\${process#/proc/}" ;; esac
          done
          rm -rf /t/bin /t/new`)
        }
      }),
      { numRuns: 6 },
    )
    await expectNoCanary()
  })

  test('a flag with a newline is refused before anything is written', async () => {
    const flags = { 'audit-log-path': `x\nEND_OF_CONTENT\ntouch ${canary}\n` }
    const listens = { address: '192.0.2.1', port: 6443 }
    const restart = { component: 'kube-apiserver', manifest: '/none', before: null, flags, listens, ...plain }
    const changes = [newFile('/t/new', 'x')]
    expect(await refusal(() => stage(connection, transaction({ changes, restart })))).toMatchObject({
      ...{ code: 'usage', message: expect.stringContaining('a flag must not hold a newline') as string },
    })
    expect(await run(`ls -A /t; ls ${transactionsFolder} 2>/dev/null || true`)).toBe('')
    await expectNoCanary()
  })

  test('names of transactions that do not exist', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (id) => {
        expect(await refusal(() => confirm(connection, `${id}x`))).toBeInstanceOf(PlanewrightError)
      }),
      { numRuns: 6 },
    )
    await expectNoCanary()
  })

  test('the search in the log', async () => {
    await fc.assert(
      fc.asyncProperty(hostileName, hostileLine, hostileLine, async (name, mark, text) => {
        const log = `/t/log/${name}.log`
        const line = `${mark} ${text}`.replaceAll('\r', '')
        await run(`mkdir -p /t/log; printf '%s\\n' ${quote(line)} >${quote(log)}`)
        expect(
          await searchLog(connection, log, mark.replaceAll('\r', ''), text.replaceAll('\r', '')),
        ).toContain(line)
      }),
      { numRuns: 6 },
    )
    await expectNoCanary()
  })

  describe('variables', () => {
    let folder: string
    let inventory: string

    beforeAll(async () => {
      inventory = await host.writeInventory()
      folder = await mkdtemp(path.join(host.sshd.folder, 'hostile-'))
      const head = 'apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n'
      const rule = (name: string) => `  - level: Metadata\n    users: [{{json ${name}}}]\n`
      await writeFile(path.join(folder, 'own.yaml.hbs'), head + rule('evil'))
      await writeFile(path.join(folder, 'named.yaml.hbs'), head + rule('inventory_hostname'))
    })

    /** Plans the host with these variables. */
    async function planWith(variables: Readonly<Record<string, unknown>>, sources: readonly string[]) {
      const extraVariables = await readExtraVariables([JSON.stringify(variables)], folder)
      const loaded = await loadInventory({ sources, extraVariables })
      await using session = await openSession({ inventory: loaded, tasks: auditTasks })
      const [prepared] = session.hosts
      if (prepared === undefined) throw new Error('no host')
      const surveyed = await surveyHost(prepared, connection, auditTasks)
      const { clusters, failures } = drawPlan({ tasks: auditTasks, hosts: [surveyed], failures: [] })
      const [failure] = failures
      if (failure?.error !== undefined) throw failure.error
      const planned: HostPlan | undefined = clusters[0]?.hosts[0]
      if (planned === undefined) throw new Error('no plan')
      return { planned, prepared }
    }

    const read = (file: string) => run(`cat -- ${quote(file)}`).then((text) => parse(text) as unknown)

    /** Expects that the value is either refused without any change, or on the host unchanged. */
    async function expectTrue(
      variables: Readonly<Record<string, unknown>>,
      sources = [inventory],
    ): Promise<'refused' | 'arrived'> {
      await host.reset()
      const before = await host.listing()
      const given: { plan?: Awaited<ReturnType<typeof planWith>> } = {}
      const refused = await refusal(async () => {
        given.plan = await planWith(variables, sources)
      })
      expect(await host.listing()).toBe(before)
      if (given.plan === undefined) {
        expect(['variable', 'template', 'policy', 'usage', 'inventory', 'host', 'manifest']).toContain(
          refused?.code,
        )
        return 'refused'
      }
      const { planned, prepared } = given.plan
      const restart = planned.changes.find((change) => change.kind === 'restart')
      const staged = makeTransaction(planned, undefined, prepared.settings)
      await stage(connection, staged)
      expect(await reach(connection, staged.id)).toMatchObject({ state: 'serving' })
      await confirm(connection, staged.id)
      const pod = (await read(restart?.path ?? manifest)) as {
        readonly spec: { readonly containers: readonly { readonly command: readonly string[] }[] }
      }
      for (const [flag, value] of Object.entries(restart?.flags ?? {})) {
        expect(pod.spec.containers[0]?.command).toContain(`--${flag}=${value}`)
      }
      for (const change of planned.changes) {
        if (change.kind === 'file')
          expect(await run(`cat -- ${quote(change.path)}`)).toBe(change.after.content)
      }
      return 'arrived'
    }

    const declared = [...auditTasks, guardVariables].flatMap((task) => Object.keys(task.params.shape))
    const names = [...new Set(declared)]
    const inFolder = hostileName.map((name) => `/t/${name}/file`)

    test.each(names)('%s', async (name) => {
      const value = fc.oneof(
        hostileText,
        inFolder,
        fc.array(hostileText, { minLength: 1, maxLength: 2 }),
        hostileLine.map((text) => `7${text}`),
      )
      await fc.assert(
        fc.asyncProperty(value, async (hostile) => {
          await expectTrue({ [name]: hostile })
        }),
        // Two values on each of three userlands, because most of the code for a variable does not depend on the userland.
        { numRuns: 2 },
      )
      await expectNoCanary()
    })

    test('allowed paths arrive unchanged', async () => {
      const tame = hostileName.filter((name) => !/[\p{Cc}:{]/u.test(name)).map((name) => `/t/${name}`)
      await fc.assert(
        fc.asyncProperty(tame, tame, async (one, two) => {
          const variables = { audit_log_path: `${one}/log/a.log`, audit_policy_file: `${two}/policy/p.yaml` }
          expect(await expectTrue(variables)).toBe('arrived')
          await run('find /t -mindepth 1 -exec rm -rf {} +')
        }),
        { numRuns: 4 },
      )
      await expectNoCanary()
    })

    test('variables in a template', async () => {
      await fc.assert(
        fc.asyncProperty(hostileText, async (evil) => {
          const variables = { evil, audit_policy_template: './own.yaml.hbs' }
          if ((await expectTrue(variables)) === 'refused') return
          expect(await read(policy)).toMatchObject({ rules: [{ users: [evil] }] })
        }),
        { numRuns: 5 },
      )
      await expectNoCanary()
    })

    test('names of users who log in', async () => {
      for (const user of [
        `$(touch${canary})`,
        `\`touch$IFS${canary}\``,
        '-oProxyCommand=touch$IFS/canary',
        "x';id;'",
      ]) {
        const target = { ...host.sshd.target('root'), user }
        const refused = await refusal(() => connectSsh(target, { readyTimeoutMs: 20_000 }))
        expect(refused?.code).toMatch(/^(authentication|unreachable)$/)
      }
      await expectNoCanary()
    })

    test('names of hosts', async () => {
      await fc.assert(
        fc.asyncProperty(hostileText, async (text) => {
          const variables = { audit_policy_template: './named.yaml.hbs' }
          const name = text.replaceAll(',', ';').trim()
          if ((await expectTrue(variables, [`${name},`])) === 'refused') return
          expect(await read(policy)).toMatchObject({ rules: [{ users: [name] }] })
        }),
        { numRuns: 5 },
      )
      await expectNoCanary()
    })
  })
})

test('rollback --to and history accept only IDs and hosts', async () => {
  await using host = await startControlPlane()
  const inventory = await host.writeInventory()
  const before = await host.listing()
  const word = hostileText.filter((text) => isWord(text) && !text.startsWith('@') && text !== '--help')
  await fc.assert(
    fc.asyncProperty(word, async (text) => {
      const rolled = await runPlanewright(['rollback', 'cp1', `--to=${text}`, '-i', inventory])
      expect({ exitCode: rolled.exitCode, stdout: rolled.stdout }).toEqual({ exitCode: 64, stdout: '' })
      const told = await runPlanewright(['history', '-i', inventory, '--', `${text};none`])
      expect(told.exitCode).toBe(64)
    }),
    { numRuns: 5 },
  )
  expect(await host.listing()).toBe(before)
})
