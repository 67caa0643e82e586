import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import {
  History,
  loadInventory,
  openSession,
  drawPlan,
  Report,
  roll,
  survey,
  rollIndependently,
} from '../../src/index.ts'
import { prepareTasks } from '../../tasks/index.ts'
import { runPlanewright, startPlanewright } from '../support/command.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'

const policy = '/etc/kubernetes/audit-policy.yaml'
const logFolder = '/var/log/kubernetes/audit'
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const transactions = '/var/lib/planewright'

const fixture = path.join(import.meta.dirname, '..', 'manifest', 'fixtures', 'kubeadm.yaml')

/** A machine with sshd and without Kubernetes. */
interface Machine {
  readonly name: string
  readonly sshd: Sshd
  /** Runs a script as root without planewright, and returns its stdout. Throws if the script fails. */
  readonly run: (script: string) => Promise<string>
}

let cp4: Machine
let cp5: Machine
/** The folder in which the command runs and writes its retry file. */
let folder: string

async function startMachine(name: string): Promise<Machine> {
  const sshd = await startSshd({ name })
  const run = async (script: string) => {
    const { code, stdout, stderr } = await sshd.exec(script)
    if (code !== 0) throw new Error(`exit code ${code}: ${script}\n${stdout}${stderr}`)
    return stdout
  }
  // Shells with these names, with which a test starts processes that look like Kubernetes.
  await run('for name in kube-apiserver kubeadm; do cp /bin/dash /usr/local/bin/$name; done')
  return { name, sshd, run }
}

beforeAll(async () => {
  ;[cp4, cp5] = await Promise.all([startMachine('cp4'), startMachine('cp5')])
})

afterAll(() => Promise.all([cp4, cp5].map(({ sshd }) => sshd.stop())))

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'planewright-test-'))
  const reset = `
    pkill -x kube-apiserver; pkill -x kubeadm
    rm -rf /etc/kubernetes /var/log/kubernetes ${transactions}`
  await Promise.all([cp4, cp5].map(({ run }) => run(reset)))
})

afterEach(() => rm(folder, { recursive: true }))

function variablesOf({ sshd: { address, port, privateKeyFile, knownHostsFile } }: Machine) {
  return {
    ansible_host: address,
    ansible_port: port,
    ansible_user: 'root',
    ansible_ssh_private_key_file: privateKeyFile,
    planewright_known_hosts_file: knownHostsFile,
  }
}

/** Writes an inventory with both machines, these variables for each, and other hosts. Returns its path. */
async function writeInventory(
  variables: Readonly<Record<string, unknown>> = {},
  others: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const machines = [cp4, cp5].map((one) => [one.name, { ...variablesOf(one), ...variables }] as const)
  const hosts = { ...Object.fromEntries(machines), ...others }
  const file = path.join(folder, 'hosts.yaml')
  await writeFile(file, stringify({ all: { children: { kube_control_plane: { hosts } } } }))
  return file
}

async function run(verb: string, ...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await runPlanewright([verb, ...args, '--output', 'json'], {
    cwd: folder,
  })
  const report = Report.parse(JSON.parse(stdout))
  expect(report.exitCode).toBe(exitCode)
  const statuses = Object.fromEntries(report.hosts.map(({ host, status }) => [host, status]))
  const host = (name: string) => report.hosts.find((one) => one.host === name)
  return { exitCode, report, statuses, stderr, host }
}

/** Lists all files that planewright may write: path, inode, mode, owner, size, and mtime and ctime in full. */
function listing({ run: onMachine }: Machine): Promise<string> {
  return onMachine(
    `find /etc /var/lib /var/log -path /etc/mtab -prune -o -type f -name lastlog -o \\
       -path '/var/log/[bw]tmp' -prune -o -printf '%p %i %y %m %U:%G %s %T@ %C@\\n' | sort`,
  )
}

function stat({ run: onMachine }: Machine, ...paths: readonly string[]): Promise<string> {
  return onMachine(`stat -c '%n %a %U:%G' ${paths.join(' ')}`)
}

/** The content of the retry file, with the hosts that the last run did not finish. Undefined if there is none. */
function retryFile(): Promise<string | undefined> {
  return readFile(path.join(folder, '.planewright-retry'), 'utf8').catch(() => undefined)
}

/** Makes guards on this machine wait before they write anything, until {@link letGo}. */
async function hold({ run: onMachine }: Machine): Promise<void> {
  await onMachine(`mkdir -m 700 ${transactions}; echo writing >${transactions}/hold`)
}

async function letGo({ run: onMachine }: Machine): Promise<void> {
  await onMachine(`rm ${transactions}/hold`)
}

/** Waits until a condition holds on the machine, for at most half a minute. */
async function until({ run: onMachine }: Machine, condition: string): Promise<void> {
  await onMachine(`for look in $(seq 300); do { ${condition}; } && exit 0; sleep 0.1; done; exit 1`)
}

/** Starts a prepare of cp4 and kills its controller before the guard writes anything. */
async function killOne(inventory: string): Promise<void> {
  await hold(cp4)
  const killed = startPlanewright(['prepare', '-i', inventory, '-l', 'cp4'], { cwd: folder })
  await until(cp4, `ls ${transactions}/*/begun 2>/dev/null`)
  killed.kill('SIGKILL')
  await killed
  await letGo(cp4)
}

describe('machines that are to join', () => {
  test('get the folder and the policy at the same time, and a second run changes nothing', async () => {
    const inventory = await writeInventory()
    // This ends only if planewright prepares both at the same time, because each guard waits until both have begun.
    await Promise.all([hold(cp4), hold(cp5)])
    const running = run('prepare', '-i', inventory)
    await until(cp4, `grep -qsx writing ${transactions}/*/state`)
    await until(cp5, `grep -qsx writing ${transactions}/*/state`)
    await Promise.all([letGo(cp4), letGo(cp5)])
    const first = await running
    expect(first).toMatchObject({ exitCode: 0, statuses: { cp4: 'changed', cp5: 'changed' } })
    expect(first.report).toMatchObject({ verb: 'prepare', unlistedControlPlanes: [], error: null })
    expect(first.stderr).toContain('cp4 : ok=3 changed=2 ')
    expect(await retryFile()).toBeUndefined()
    for (const machine of [cp4, cp5]) {
      expect(await stat(machine, logFolder, '/etc/kubernetes', policy)).toBe(
        `${logFolder} 755 root:root\n/etc/kubernetes 755 root:root\n${policy} 600 root:root\n`,
      )
      const change = first.host(machine.name)?.changes.find(({ path: changed }) => changed === policy)
      const sum = (await machine.run(`sha256sum <${policy}`)).split(' ')[0]
      expect(change).toMatchObject({ kind: 'file', before: null, after: { mode: '0600', sha256: sum } })
    }

    const before = await listing(cp4)
    const second = await run('prepare', '-i', inventory)
    expect(second).toMatchObject({ exitCode: 0, statuses: { cp4: 'ok', cp5: 'ok' } })
    expect(await listing(cp4)).toBe(before)
  })

  test('take two exchanges if there is nothing to do', async () => {
    const inventory = await loadInventory({ sources: [await writeInventory()] })
    const performed = async () => {
      await using session = await openSession({ inventory, tasks: prepareTasks, limit: ['cp4'] })
      const planned = rollIndependently(drawPlan(await survey(session)))
      const outcomes = await roll(session, planned, { proof: 'no-proof' })
      const [prepared] = session.hosts
      if (prepared === undefined) throw new Error('no host')
      const { roundTrips } = await session.connections.open(prepared.target)
      return { statuses: outcomes.map(({ status }) => status), roundTrips }
    }
    expect(await performed()).toMatchObject({ statuses: ['changed'] })
    const again = await performed()
    expect(again.statuses).toEqual(['ok'])
    expect(again.roundTrips).toBeLessThanOrEqual(2)
  })

  test('--check shows what would change, writes nothing, and writes no retry file', async () => {
    const inventory = await writeInventory()
    const before = await listing(cp4)
    const { exitCode, statuses, host, stderr } = await run('prepare', '-i', inventory, '--check', '--diff')
    expect({ exitCode, statuses }).toEqual({ exitCode: 2, statuses: { cp4: 'pending', cp5: 'pending' } })
    const paths = [logFolder, '/etc/kubernetes', policy]
    expect(host('cp4')?.changes.map(({ path: changed }) => changed)).toEqual(paths)
    expect(stderr).toContain(`+++ after: ${policy}`)
    expect(await listing(cp4)).toBe(before)
    expect(await retryFile()).toBeUndefined()
    await run('prepare', '-i', inventory)
    const after = await run('prepare', '-i', inventory, '-C')
    expect(after).toMatchObject({ exitCode: 0, statuses: { cp4: 'ok', cp5: 'ok' } })
    expect(after.stderr).toContain('Nothing to do.')
  })

  test('are prepared by an operator who becomes root, with other paths', async () => {
    const variables = {
      ansible_user: 'operator',
      ansible_become: true,
      audit_policy_file: '/etc/kubernetes/audit/policy.yaml',
      audit_log_path: '/srv/audit/k8s/audit.log',
      // prepare accepts a variable that only apply uses.
      audit_log_maxage: 90,
    }
    onTestFinished(async () => {
      await cp4.run('rm -rf /srv/audit')
    })
    const result = await run('prepare', '-i', await writeInventory(variables), '-l', 'cp4')
    expect(result).toMatchObject({ exitCode: 0, statuses: { cp4: 'changed' } })
    const made = ['/etc/kubernetes', '/etc/kubernetes/audit', '/srv/audit', '/srv/audit/k8s']
    expect(await stat(cp4, ...made)).toBe(made.map((one) => `${one} 755 root:root\n`).join(''))
    expect(await stat(cp4, '/etc/kubernetes/audit/policy.yaml')).toContain(' 600 root:root')
  })

  test('a machine that cannot be reached is in the retry file, and stops no other', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, 'close')
    const lost = { ...variablesOf(cp4), ansible_host: '127.0.0.1', ansible_port: port }
    const inventory = await writeInventory({}, { cp6: lost })
    const result = await run('prepare', '-i', inventory)
    expect(result).toMatchObject({
      exitCode: 3,
      statuses: { cp4: 'changed', cp5: 'changed', cp6: 'unreachable' },
    })
    expect(await retryFile()).toBe('cp6\n')
    expect(result.stderr).toContain(
      "1 host is left. Go on with: planewright prepare … -l '@.planewright-retry'",
    )
    const again = await run('prepare', '-i', inventory, '-l', '@.planewright-retry')
    expect(again).toMatchObject({ exitCode: 3, statuses: { cp6: 'unreachable' } })
  })

  test('the next run undoes what a killed run left open, and then prepares the machine', async () => {
    const inventory = await writeInventory()
    await killOne(inventory)
    const { exitCode, host } = await run('prepare', '-i', inventory, '-l', 'cp4')
    expect(exitCode).toBe(0)
    expect(host('cp4')).toMatchObject({ status: 'changed', error: null })
    expect(host('cp4')?.warnings).toMatchObject([
      expect.stringMatching(/is now undone \(whoever applied it is gone\)$/),
    ])
    expect(await cp4.run(`cat ${transactions}/*/state | sort`)).toBe('confirmed\nundone\n')
    expect(await stat(cp4, policy)).toBe(`${policy} 600 root:root\n`)
  })

  test('the guard undoes a change that is not confirmed', async () => {
    const inventory = await writeInventory({ confirm_timeout: 5 })
    const names = () => cp4.run('find /etc /var/log | sort')
    const before = await names()
    await killOne(inventory)
    await until(cp4, `[ ! -e ${transactions}/open ]`)
    expect(await cp4.run(`cat ${transactions}/*/state ${transactions}/*/reason`)).toBe(
      'undone\nnobody confirmed it within 5 s\n',
    )
    expect(await names()).toBe(before)
  })
})

describe('prepare fails', () => {
  async function refused(variables: Readonly<Record<string, unknown>> = {}) {
    const { exitCode, host, stderr } = await run(
      'prepare',
      '-i',
      await writeInventory(variables),
      '-l',
      'cp4',
    )
    expect(exitCode).toBe(1)
    const { status, error, undone } = host('cp4') ?? {}
    expect(status).toBe('failed')
    expect(stderr).toContain(`error: ${error?.what ?? ''}`)
    return { ...error, undone }
  }

  test.each([
    // What a container has of /sys is mounted read-only.
    ['a policy on a filesystem that is read-only', '/sys/policy.yaml', 'staged on the host', false],
    ['its folder on one', '/sys/audit/policy.yaml', 'written', true],
  ])('for %s, and changes nothing', async (_, file, words, undone) => {
    const error = await refused({ audit_policy_file: file })
    expect(error).toMatchObject({ code: 'change', undone })
    expect(error.what).toBe(`the changes could not be ${words}`)
    expect(error.why).toMatch(/Read-only file system/)
    expect(error.remedy).toContain('read-only filesystem?')
    expect(await cp4.run('ls -d /var/log/kubernetes /etc/kubernetes 2>/dev/null || :')).toBe('')
  })

  test.each([
    ['a file where the folder goes', `mkdir -p /var/log/kubernetes; echo x >${logFolder}`, 'is a file'],
    ['a folder where the policy goes', `mkdir -p ${policy}`, 'is a directory'],
    [
      'a link where the policy goes',
      `mkdir /etc/kubernetes; ln -s /etc/passwd ${policy}`,
      'is a symbolic link',
    ],
  ])('%s', async (_, script, words) => {
    await cp4.run(script)
    const before = await listing(cp4)
    const error = await refused()
    expect(error).toMatchObject({ code: 'host', undone: false })
    expect(error.what).toContain(words)
    expect(await listing(cp4)).toBe(before)
  })

  test('while kubeadm runs on the machine', async () => {
    await cp4.run(
      `setsid kubeadm -c 'while :; do sleep 60; done' join --control-plane >/dev/null 2>&1 </dev/null &`,
    )
    const error = await refused()
    expect(error).toMatchObject({ code: 'host' })
    expect(error.why).toMatch(/^cp4: .* is running there \(process \d+\)$/)
    expect(await cp4.run('ls -d /var/log/kubernetes /etc/kubernetes 2>/dev/null || :')).toBe('')
  })

  test('for a host that is not in the inventory’s group of control planes', async () => {
    const inventory = await writeInventory()
    const hosts = { worker1: variablesOf(cp4) }
    await writeFile(
      inventory,
      stringify({ all: { children: { kube_control_plane: { hosts: { cp5: {} } }, kube_node: { hosts } } } }),
    )
    const { exitCode, report } = await run('prepare', '-i', inventory, '-l', 'worker1')
    expect(exitCode).toBe(64)
    expect(report.error?.why).toContain('which the group kube_control_plane does not have')
  })
})

describe('hosts that are control planes', () => {
  /** Makes the files that kubeadm leaves: the cluster's CA, and on control planes a manifest. */
  async function join(machine: Machine, what: 'control plane' | 'worker'): Promise<void> {
    const text = (await readFile(fixture)).toString('base64')
    await machine.run('mkdir -p /etc/kubernetes/manifests /etc/kubernetes/pki')
    await machine.run('echo "the CA of both" >/etc/kubernetes/pki/ca.crt')
    if (what === 'control plane') await machine.run(`printf %s ${text} | base64 -d >${manifest}`)
  }

  test('a control plane with another policy is refused, and the other hosts of its cluster are prepared', async () => {
    await join(cp4, 'control plane')
    await join(cp5, 'worker')
    await cp4.run(`echo 'kind: Policy' >${policy}`)
    const before = await listing(cp4)
    const { exitCode, statuses, host, stderr } = await run('prepare', '-i', await writeInventory())
    expect({ exitCode, statuses }).toEqual({ exitCode: 1, statuses: { cp4: 'failed', cp5: 'changed' } })
    expect(host('cp4')).toMatchObject({
      undone: false,
      error: {
        code: 'host',
        what: 'the host is already a control plane, so prepare does not change it',
        where: { host: 'cp4', task: 'no control plane yet' },
      },
    })
    expect(host('cp4')?.error?.why?.split('\n')).toEqual([
      `${manifest} exists`,
      `${logFolder}: the directory is missing`,
      `${policy}: mode is 0644, should be 0600; the content differs`,
    ])
    expect(stderr).toContain('error: the host is already a control plane')
    expect(await retryFile()).toBe('cp4\n')
    expect(await listing(cp4)).toBe(before)
  })

  test('a control plane that was prepared before it joined is ok, and apply changes only its manifest', async () => {
    const inventory = await writeInventory()
    await run('prepare', '-i', inventory, '-l', 'cp4')
    await join(cp4, 'control plane')
    expect(await run('prepare', '-i', inventory, '-l', 'cp4')).toMatchObject({
      exitCode: 0,
      statuses: { cp4: 'ok' },
    })
    const { host } = await run('plan', '-i', inventory, '-l', 'cp4')
    expect(host('cp4')?.changes.map(({ kind, path: changed }) => `${kind} ${changed}`)).toEqual([
      `file ${manifest}`,
      `restart ${manifest}`,
    ])
  })
})

describe('what was prepared', () => {
  test('is in the history, and can be rolled back without a cluster', async () => {
    const inventory = await writeInventory()
    await cp4.run(`mkdir /etc/kubernetes; echo old >${policy}; chmod 640 ${policy}`)
    await run('prepare', '-i', inventory)
    const { stdout } = await runPlanewright(['history', '-i', inventory, 'all', '--output', 'json'])
    expect(History.parse(JSON.parse(stdout)).hosts).toMatchObject([
      { host: 'cp4', transactions: [{ state: 'confirmed', what: 'audit log directory, audit policy' }] },
      { host: 'cp5', transactions: [{ state: 'confirmed', what: 'audit log directory, audit policy' }] },
    ])
    const back = await run('rollback', 'all', '-i', inventory)
    expect(back).toMatchObject({ exitCode: 0, statuses: { cp4: 'changed', cp5: 'changed' } })
    expect(back.host('cp5')?.warnings).toEqual([
      '/etc/kubernetes was not there, and stays: it may hold logs',
      `${logFolder} was not there, and stays: it may hold logs`,
    ])
    expect(await stat(cp4, policy)).toBe(`${policy} 640 root:root\n`)
    expect(await cp4.run(`cat ${policy}`)).toBe('old\n')
    expect(await cp5.run('ls -A /etc/kubernetes')).toBe('')
    expect(await run('prepare', '-i', inventory)).toMatchObject({
      exitCode: 0,
      statuses: { cp4: 'changed', cp5: 'changed' },
    })
  })

  test('is not rolled back if a kube-apiserver uses it meanwhile', async () => {
    const inventory = await writeInventory()
    await run('prepare', '-i', inventory, '-l', 'cp4')
    await cp4.run(
      `setsid kube-apiserver -c 'while :; do sleep 60; done' x --audit-policy-file=${policy} \\
         >/dev/null 2>&1 </dev/null &`,
    )
    const before = await listing(cp4)
    const { exitCode, host } = await run('rollback', 'cp4', '-i', inventory)
    expect(exitCode).toBe(1)
    expect(host('cp4')?.error).toMatchObject({
      code: 'host',
      what: `${policy} would go, and kube-apiserver would not start again without it`,
      where: { path: policy },
    })
    expect(await listing(cp4)).toBe(before)
    // A running kube-apiserver alone is no reason to refuse, because nothing differs.
    expect(await run('prepare', '-i', inventory, '-l', 'cp4')).toMatchObject({ statuses: { cp4: 'ok' } })
    await cp4.run(`echo '# edited' >>${policy}`)
    const refused = await run('prepare', '-i', inventory, '-l', 'cp4')
    expect(refused.host('cp4')?.error?.why).toMatch(/^kube-apiserver runs on the host \(process \d+\)\n/)
  })
})
