import { cp, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { startSshd, type Sshd } from '../support/sshd.ts'

const kubeadm = path.join(import.meta.dirname, '..', 'manifest', 'fixtures', 'kubeadm.yaml')

/**
 * Starts a host with sshd and a manifest of kubeadm's, but without a kubelet. Commands that only read succeed, and commands
 * that would restart an apiserver are refused. Writes `hosts.yaml` with the host as cp1, and the files for its login.
 */
export async function startHost(folder: string): Promise<Sshd> {
  const sshd = await startSshd({ name: 'cp1' })
  const manifest = Buffer.from(await readFile(kubeadm)).toString('base64')
  const manifests = '/etc/kubernetes/manifests'
  await sshd.exec(`mkdir -p ${manifests} && echo ${manifest} | base64 -d > ${manifests}/kube-apiserver.yaml`)
  const settings = { ansible_host: sshd.address, ansible_port: sshd.port, ansible_user: 'root' }
  const files = { ansible_ssh_private_key_file: 'key', planewright_known_hosts_file: 'known_hosts' }
  const inventory = { kube_control_plane: { hosts: { cp1: { ...settings, ...files } } } }
  await cp(sshd.privateKeyFile, path.join(folder, 'key'))
  await cp(sshd.knownHostsFile, path.join(folder, 'known_hosts'))
  // JSON is also YAML.
  await writeFile(path.join(folder, 'hosts.yaml'), JSON.stringify(inventory))
  return sshd
}
