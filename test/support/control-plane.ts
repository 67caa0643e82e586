import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'
import { connectSsh } from '../../src/connection/ssh.ts'
import { startSshd, type Sshd } from './sshd.ts'

const fixture = path.join(import.meta.dirname, '..', 'manifest', 'fixtures', 'kubeadm.yaml')

/** The folders that planewright may write to. `others` are paths in them that sshd, sudo and the system change. */
const listed = '/etc /var/lib /var/log'
const others = [
  '/var/log/lastlog',
  '/var/log/wtmp',
  '/var/log/btmp',
  '/var/log/faillog',
  '/var/lib/sudo',
].concat(['/etc/mtab', '/etc/ssh'])

/**
 * A real sshd on a host with files of a control plane that kubeadm made: a kube-apiserver manifest and a CA. No kubelet
 * and no apiserver run there, so planewright refuses every change that needs a restart.
 */
export interface ControlPlane {
  readonly sshd: Sshd
  /** Runs a script as root over a connection of its own, and returns its stdout. Throws if the script fails. */
  run(script: string): Promise<string>
  /** Lists all files that planewright may write: path, inode, mode, owner, size, and mtime and ctime in full. */
  listing(): Promise<string>
  /** Makes the host's files as kubeadm left them. */
  reset(): Promise<void>
  /** Writes an inventory with this host alone, which logs in as root. Returns its path. */
  writeInventory(variables?: Readonly<Record<string, unknown>>): Promise<string>
  [Symbol.asyncDispose](): Promise<void>
}

/** Starts a {@link ControlPlane}. */
export async function startControlPlane(): Promise<ControlPlane> {
  const sshd = await startSshd({ name: 'cp1' })
  const connection = await connectSsh(sshd.target('root'), { readyTimeoutMs: 30_000 })
  const run = async (script: string) => {
    const { code, stdout, stderr } = await connection.run(script, { timeoutMs: 60_000 })
    if (code !== 0) throw new Error(`exit code ${code}: ${script}\n${stderr.toString()}`)
    return stdout.toString()
  }
  const reset = async () => {
    await run(`
      rm -rf /etc/kubernetes /var/lib/planewright /var/log/kubernetes
      cp -a /root/kubernetes /etc/kubernetes`)
  }
  const manifest = (await readFile(fixture)).toString('base64')
  await run(`
    mkdir -p -m 700 /root/kubernetes/manifests; mkdir /root/kubernetes/pki; chmod 755 /root/kubernetes
    printf %s ${manifest} | base64 -d >/root/kubernetes/manifests/kube-apiserver.yaml
    chmod 600 /root/kubernetes/manifests/kube-apiserver.yaml
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=kubernetes \\
      -keyout /root/kubernetes/pki/ca.key -out /root/kubernetes/pki/ca.crt 2>/dev/null`)
  await reset()
  let inventories = 0
  return {
    sshd,
    run,
    reset,
    listing: () =>
      run(`find ${listed} ${others.map((other) => `-path ${other} -prune -o`).join(' ')} \\
        -printf '%p %i %y %m %U:%G %s %T@ %C@\\n' | sort`),
    writeInventory: async (variables = {}) => {
      const { address, port, privateKeyFile, knownHostsFile } = sshd
      const host = {
        ansible_host: address,
        ansible_port: port,
        ansible_user: 'root',
        ansible_ssh_private_key_file: privateKeyFile,
        planewright_known_hosts_file: knownHostsFile,
        ...variables,
      }
      const file = path.join(sshd.folder, `hosts-${(inventories += 1)}.yaml`)
      await writeFile(
        file,
        stringify({ all: { children: { kube_control_plane: { hosts: { cp1: host } } } } }),
      )
      return file
    },
    [Symbol.asyncDispose]: async () => {
      await connection.close()
      await sshd.stop()
    },
  }
}
