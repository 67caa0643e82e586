import { execa } from 'execa'
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { installPackage, type Installed } from '../package/installed.ts'
import { copyToNode } from '../support/copy-to-node.ts'
import { firstHost, useLab } from '../support/lab.ts'
import { onNode } from '../support/node.ts'
import { root } from './document.ts'

const lab = await useLab()
const first = firstHost(lab)
const continuous = path.join(root, 'docs', 'continuous')
let installed: Installed

beforeAll(async () => {
  installed = await installPackage()
})

afterAll(async () => {
  await installed[Symbol.asyncDispose]()
})

describe('the script of a CI job', () => {
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'planewright-test-'))
    await symlink(process.execPath, path.join(folder, 'node'))
    await symlink(
      path.join(installed.folder, 'node_modules', '.bin', 'planewright'),
      path.join(folder, 'planewright'),
    )
  })

  afterAll(() => rm(folder, { recursive: true }))

  async function runJob(...args: readonly string[]) {
    const { exitCode, stdout, stderr } = await execa(path.join(continuous, 'ci-job.sh'), args, {
      cwd: folder,
      env: { PATH: `${folder}${path.delimiter}${process.env.PATH ?? ''}` },
      reject: false,
    })
    return { exitCode, stdout, stderr }
  }
  const report = (verb: string) => readFile(path.join(folder, `${verb}.xml`), 'utf8')

  test('plans, applies and verifies, and writes a report for each', async () => {
    const { exitCode, stderr } = await runJob(lab.inventoryFile)
    expect(exitCode, stderr).toBe(0)
    expect(await report('plan')).toContain('type="pending"')
    expect(await report('apply')).not.toContain('<failure')
    for (const { name } of lab.hosts) {
      expect(await report('verify')).toContain(
        `<testcase classname="planewright.verify" name="${name}: audit proof"`,
      )
    }
    expect(await report('verify')).not.toMatch(/<(?:failure|error|skipped)/)
  })

  test('passes its options on, and ends with the exit code of the command that failed', async () => {
    expect((await runJob(lab.inventoryFile, '-l', 'nobody')).exitCode).toBe(64)
    expect((await runJob()).exitCode).toBe(64)
    const { exitCode } = await runJob(lab.inventoryFile, '-l', first.name, '-e', 'ansible_port=1')
    expect(exitCode).toBe(3)
    expect(await report('plan')).toContain('type="unreachable"')
  })
})

describe('the timer on a separate machine, here a node', () => {
  const metrics = '/var/lib/node_exporter/planewright.prom'

  /** Writes an inventory for a machine on the nodes' network, with the nodes' own addresses and a private key. */
  async function writeInventory(): Promise<void> {
    const hosts = Object.fromEntries(
      lab.hosts.map(({ name, nodeAddress }) => [name, { ansible_host: nodeAddress }]),
    )
    const vars = {
      ansible_user: 'root',
      ansible_ssh_private_key_file: 'id_ed25519',
      planewright_known_hosts_file: 'known_hosts',
    }
    const inventory = stringify({ all: { vars, children: { kube_control_plane: { hosts } } } })
    const keys = await Promise.all(
      lab.hosts.map(async (host) => {
        const key = await onNode(host, 'cat /etc/ssh/ssh_host_ed25519_key.pub')
        return `${host.nodeAddress} ${key.split(' ').slice(0, 2).join(' ')}`
      }),
    )
    const write = (name: string, text: string) =>
      `printf %s ${Buffer.from(text).toString('base64')} | base64 -d >/etc/planewright/${name}`
    await onNode(
      first,
      `set -eu
       id planewright >/dev/null 2>&1 || useradd --system planewright
       mkdir -p /etc/planewright
       ${write('hosts.yaml', inventory)}
       ${write('known_hosts', `${keys.join('\n')}\n`)}
       ${write('id_ed25519', await readFile(lab.privateKeyFile, 'utf8'))}
       chown -R planewright: /etc/planewright
       chmod 600 /etc/planewright/id_ed25519
       install -d -o planewright /var/lib/node_exporter`,
    )
  }

  const units = ['planewright-verify.service', 'planewright-verify.timer']

  beforeAll(async () => {
    await onNode(first, 'mkdir -p /opt/planewright')
    await copyToNode(first, { from: installed.installation, names: ['node_modules'], to: '/opt/planewright' })
    await copyToNode(first, {
      from: path.dirname(process.execPath),
      names: [path.basename(process.execPath)],
      to: '/opt/planewright',
    })
    await copyToNode(first, { from: continuous, names: units, to: '/etc/systemd/system' })
    await onNode(
      first,
      `set -eu
       ln -sf /opt/planewright/node /usr/local/bin/node
       ln -sf /opt/planewright/node_modules/.bin/planewright /usr/local/bin/planewright
       systemctl daemon-reload`,
    )
    await writeInventory()
  })

  afterAll(() =>
    onNode(
      first,
      `systemctl disable --now planewright-verify.timer
       userdel planewright
       rm -rf /usr/local/bin/node /usr/local/bin/planewright /etc/planewright`,
    ),
  )

  test('systemd-analyze finds no fault in the units', async () => {
    const paths = units.map((unit) => `/etc/systemd/system/${unit}`)
    // systemd-analyze also complains about the units of other packages.
    const said = await onNode(first, `systemd-analyze verify ${paths.join(' ')} 2>&1 | grep planewright || :`)
    expect(said).toBe('')
  })

  test('an enabled timer elapses within an hour and five minutes', async () => {
    const next = await onNode(
      first,
      `systemctl enable --now planewright-verify.timer 2>&1 >/dev/null | grep -v '^Created symlink'
       echo "$(($(date -d "$(systemctl show -P NextElapseUSecRealtime planewright-verify.timer)" +%s) - $(date +%s)))"`,
    )
    expect(Number(next)).toBeGreaterThanOrEqual(-1)
    expect(Number(next)).toBeLessThanOrEqual(3900)
  })

  /** Makes the timer elapse now. Returns the service's exit code, its messages and the metrics. */
  async function elapse() {
    const output = await onNode(
      first,
      `set -eu
       rm -f ${metrics}
       # The folder of these is volatile: no unit of the user's is edited for it.
       mkdir -p /run/systemd/system/planewright-verify.timer.d
       printf '[Timer]\\nOnCalendar=\\nRandomizedDelaySec=0\\nOnActiveSec=0\\n' >/run/systemd/system/planewright-verify.timer.d/now.conf
       systemctl daemon-reload
       since=$(date +%s)
       systemctl restart planewright-verify.timer
       for look in $(seq 600); do
         [ -e ${metrics} ] && ! systemctl is-active --quiet planewright-verify.service &&
           [ "$(systemctl show -P ActiveState planewright-verify.service)" != activating ] && break
         sleep 0.1
       done
       rm -r /run/systemd/system/planewright-verify.timer.d
       systemctl daemon-reload
       systemctl show -P ExecMainStatus planewright-verify.service
       journalctl -u planewright-verify -o cat --no-pager --since "@$since"`,
    )
    const [status, ...words] = output.split('\n')
    return { status: Number(status), words: words.join('\n'), metrics: await onNode(first, `cat ${metrics}`) }
  }

  test('if nothing differs, the unit succeeds, and the metrics say that every host is proven', async () => {
    const { status, words, metrics: text } = await elapse()
    expect(status, words).toBe(0)
    for (const { name } of lab.hosts)
      expect(text).toContain(`planewright_host_proven{verb="verify",host="${name}"} 1`)
    expect(await onNode(first, `stat -c '%U %a' ${metrics}`)).toBe('planewright 644\n')
  })

  test('if a host has drifted, the unit fails, and the journal and the metrics name the drift', async () => {
    const [, second] = lab.hosts
    if (second === undefined) throw new Error('the lab has one node')
    await onNode(second, 'chmod 644 /etc/kubernetes/audit-policy.yaml')
    const { status, words, metrics: text } = await elapse()
    expect(status, words).toBe(2)
    expect(words).toContain('/etc/kubernetes/audit-policy.yaml')
    expect(text).toContain(`planewright_host_status{verb="verify",host="${second.name}",status="pending"} 1`)
    expect(await onNode(first, 'systemctl is-failed planewright-verify.service || :')).toBe('failed\n')
  })
})
