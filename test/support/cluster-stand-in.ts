import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { stringify } from 'yaml'
import { listMembers, serveEtcd, type MemberName } from './etcd-stand-in.ts'
import { startSshd, type Sshd } from './sshd.ts'

/**
 * A real sshd on a host that looks like a control plane. It has processes named kubelet and kube-apiserver, a TLS server
 * that answers from files, an HTTP server in place of etcd, and an admin.conf. Nothing on it restarts anything.
 */
export interface StandIn {
  readonly name: string
  readonly sshd: Sshd
  /** The node's InternalIP, which its apiserver advertises. It is never the address that SSH connects to. */
  readonly nodeAddress: string
  /** Runs a script as root and returns its stdout. Throws if the script fails. */
  run(script: string): Promise<string>
  /** Sets the answer of its apiserver at a path. The list of nodes and `/readyz` have answers from the start. */
  answer(path: string, status: string, body: string): Promise<void>
  /** Sets the members that its etcd lists. At the start it lists {@link ownMembers}. */
  listMembers(members: readonly MemberName[]): Promise<void>
  /** Starts the process that is named kube-apiserver, and the TLS server at its port. */
  startApiserver(): Promise<void>
  /** Ends the TLS server at the apiserver's port, or the process that is named kube-apiserver. */
  stopApiserver(part: 'listener' | 'process'): Promise<void>
}

/** Stand-ins that share one CA. */
export interface StandInCluster extends AsyncDisposable {
  readonly hosts: readonly StandIn[]
  /** The nodes that each apiserver lists at the start. */
  readonly nodes: readonly NodeName[]
  /** The sha256 of the CA's certificate. */
  readonly id: string
  /** Writes an inventory in which each host logs in as root and has these variables. Returns its path. */
  writeInventory(variables: Readonly<Record<string, Readonly<Record<string, unknown>>>>): Promise<string>
}

/** A node, with its InternalIP. The address is undefined if the node has none. */
export interface NodeName {
  readonly name: string
  readonly address: string | undefined
}

const nodesPath = '/api/v1/nodes?labelSelector=node-role.kubernetes.io%2Fcontrol-plane'

/** Each host has an etcd of its own, and all its members are healthy. */
export const ownMembers: readonly MemberName[] = ['etcd1', 'etcd2', 'etcd3'].map((name) => ({
  name,
  url: 'http://127.0.0.1:2379',
}))

const authority = `
mkdir -p /etc/kubernetes/pki && cd /etc/kubernetes/pki
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=kubernetes \\
  -keyout ca.key -out ca.crt 2>/dev/null
tar c ca.crt ca.key | base64 -w 0`

const setUp = (pki: string, address: string, node: string) => `
mkdir -p /etc/kubernetes/pki /root/pki /root/www/api/v1 && cd /root/pki
printf %s ${pki} | base64 -d | tar x -C /etc/kubernetes/pki
issue() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  printf '%s\\n' "$3" >extensions
  openssl x509 -req -in "$1.csr" -CA /etc/kubernetes/pki/ca.crt -CAkey /etc/kubernetes/pki/ca.key -CAcreateserial \\
    -days 2 -extfile extensions -out "$1.crt" 2>/dev/null
}
issue server /CN=kube-apiserver subjectAltName=IP:${address}
issue client /O=system:masters/CN=kubernetes-admin extendedKeyUsage=clientAuth
b64() { base64 -w 0 "$1"; }
cat >/etc/kubernetes/admin.conf <<END
apiVersion: v1
kind: Config
current-context: x
contexts: [{name: x, context: {cluster: x, user: x}}]
clusters: [{name: x, cluster: {certificate-authority-data: $(b64 /etc/kubernetes/pki/ca.crt)}}]
users: [{name: x, user: {client-certificate-data: $(b64 client.crt), client-key-data: $(b64 client.key)}}]
END
for name in kubelet kube-apiserver; do cp /bin/dash /usr/local/bin/$name; done
setsid kubelet -c 'while :; do sleep 60; done' x --hostname-override=${node} >/dev/null 2>&1 </dev/null &`

const start = (address: string) => `
cd /root/www
setsid kube-apiserver -c 'while :; do sleep 60; done' x --advertise-address=${address} \\
  --etcd-servers=http://127.0.0.1:2379 >/dev/null 2>&1 </dev/null &
setsid openssl s_server -accept 6443 -HTTP -Verify 1 -verify_return_error -CAfile /etc/kubernetes/pki/ca.crt \\
  -cert /root/pki/server.crt -key /root/pki/server.key >/dev/null 2>&1 </dev/null &
until grep -q ':192B 0*:0000 0A' /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done`

async function makeStandIn(name: string, sshd: Sshd, pki: string): Promise<StandIn> {
  const run = async (script: string) => {
    const { code, stdout, stderr } = await sshd.exec(script)
    if (code !== 0) throw new Error(`exit code ${code}: ${script}\n${stdout}${stderr}`)
    return stdout
  }
  const nodeAddress = (await run('hostname -i')).trim()
  await run(setUp(pki, nodeAddress, `node-${name}`))
  await serveEtcd(run, 2379, ownMembers)
  return {
    name,
    sshd,
    nodeAddress,
    run,
    answer: async (path, status, body) => {
      const text = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\n\r\n${body}`
      const encoded = Buffer.from(text).toString('base64')
      // A rename, so that the server never reads half a file.
      await run(`printf %s ${encoded} | base64 -d >/root/www/.new; mv /root/www/.new '/root/www${path}'`)
    },
    listMembers: (members) => listMembers(run, members),
    startApiserver: async () => {
      await run(start(nodeAddress))
    },
    stopApiserver: async (part) => {
      const program = part === 'listener' ? 'openssl' : 'kube-apiserver'
      await run(`pkill -x ${program}; while pgrep -x ${program}; do sleep 0.05; done`)
    },
  }
}

/** The path and the body of an apiserver's answer that lists these nodes. */
export function nodeList(nodes: readonly NodeName[]) {
  const items = nodes.map(({ name, address }) => {
    const addresses = [{ type: 'Hostname', address: name }]
    if (address !== undefined) addresses.push({ type: 'InternalIP', address })
    return { metadata: { name }, status: { addresses } }
  })
  return { path: nodesPath, body: JSON.stringify({ items }) }
}

/** Starts a {@link StandInCluster}. Each host serves, is ready, and lists all hosts as nodes with the name `node-NAME`. */
export async function startStandIns(names: readonly string[]): Promise<StandInCluster> {
  const machines = await Promise.all(names.map(async (name) => ({ name, sshd: await startSshd({ name }) })))
  const pki = (await machines[0]?.sshd.exec(authority))?.stdout ?? ''
  const hosts = await Promise.all(machines.map(({ name, sshd }) => makeStandIn(name, sshd, pki)))
  const nodes = hosts.map(({ name, nodeAddress }) => ({ name: `node-${name}`, address: nodeAddress }))
  await Promise.all(
    hosts.map(async (host) => {
      await host.answer('/readyz', '200 OK', 'ok')
      await host.answer(nodesPath, '200 OK', nodeList(nodes).body)
      await host.startApiserver()
    }),
  )
  const id = (await hosts[0]?.run('sha256sum </etc/kubernetes/pki/ca.crt'))?.split(' ')[0] ?? ''
  return {
    hosts,
    nodes,
    id,
    writeInventory: async (variables) => {
      const entries = hosts.map(({ name, sshd }) => {
        const base = {
          ansible_host: sshd.address,
          ansible_port: sshd.port,
          ansible_user: 'root',
          ansible_ssh_private_key_file: sshd.privateKeyFile,
          planewright_known_hosts_file: sshd.knownHostsFile,
        }
        return [name, { ...base, ...variables[name] }] as const
      })
      const file = path.join(hosts[0]?.sshd.folder ?? '', 'hosts.yaml')
      const group = { hosts: Object.fromEntries(entries) }
      await writeFile(file, stringify({ all: { children: { kube_control_plane: group } } }))
      return file
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(machines.map(({ sshd }) => sshd.stop()))
    },
  }
}
