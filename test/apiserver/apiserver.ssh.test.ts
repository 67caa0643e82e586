import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { askApiserver } from '../../src/apiserver/apiserver-client.ts'
import { readKubeconfig } from '../../src/apiserver/kubeconfig.ts'
import { openApiserver, type NodeApiserver } from '../../src/apiserver/node-apiserver.ts'
import type { Connection } from '../../src/connection/connection.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import { PlanewrightError } from '../../src/error.ts'
import { startControlPlane, type ControlPlane } from '../support/control-plane.ts'

const at = { address: '127.0.0.1', port: 6443 }
const conf = '/etc/kubernetes/admin.conf'

let host: ControlPlane
let connection: Connection

/** Makes certificates as kubeadm does, an admin.conf with them, and certificates for an openssl server. */
const setUp = `
mkdir -p /root/pki /root/www && cd /root/pki
key='-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes'
issue() {
  openssl req $key -subj "$2" -keyout "$1.key" -out "$1.csr" 2>/dev/null
  printf '%s\\n' "$3" >extensions
  openssl x509 -req -in "$1.csr" -CA /etc/kubernetes/pki/ca.crt -CAkey /etc/kubernetes/pki/ca.key -CAcreateserial \\
    -days 2 -extfile extensions -out "$1.crt" 2>/dev/null
}
issue server /CN=kube-apiserver subjectAltName=IP:127.0.0.1
issue foreign /CN=kube-apiserver subjectAltName=IP:192.0.2.7
issue client /O=system:masters/O=second/CN=kubernetes-admin extendedKeyUsage=clientAuth
openssl req -x509 $key -days 2 -subj /CN=other -keyout other.key -out other.crt 2>/dev/null
b64() { base64 "$1" | tr -d '\\n'; }
cat >/root/admin.conf <<END
apiVersion: v1
kind: Config
current-context: kubernetes-admin@kubernetes
contexts:
- {name: kubernetes-admin@kubernetes, context: {cluster: kubernetes, user: kubernetes-admin}}
clusters:
- name: kubernetes
  cluster: {server: "https://192.0.2.9:6443", certificate-authority-data: $(b64 /etc/kubernetes/pki/ca.crt)}
users:
- name: kubernetes-admin
  user: {client-certificate-data: $(b64 client.crt), client-key-data: $(b64 client.key)}
END
`

beforeAll(async () => {
  host = await startControlPlane()
  await host.run(setUp)
  connection = await connectSsh(host.sshd.target('root'), { readyTimeoutMs: 30_000 })
})

afterAll(async () => {
  await connection.close()
  await host[Symbol.asyncDispose]()
})

beforeEach(async () => {
  await host.run(`cp /root/admin.conf ${conf}`)
})

/** Serves the files in /root/www as whole answers, to clients with a certificate of the CA. */
async function serving(certificate: string, action: () => Promise<void>): Promise<void> {
  const pid = await host.run(`
    cd /root/www
    openssl s_server -accept 6443 -HTTP -Verify 1 -verify_return_error -CAfile /etc/kubernetes/pki/ca.crt \\
      -cert /root/pki/${certificate}.crt -key /root/pki/${certificate}.key </dev/null >/dev/null 2>&1 &
    echo $!
    until grep -q ':192B 0*:0000 0A' /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done`)
  try {
    await action()
  } finally {
    await host.run(`kill ${Number(pid)}; while [ -d /proc/${Number(pid)} ]; do sleep 0.05; done`)
  }
}

/** Sets the answer of a path. A rename puts the file into place, so that the server never reads half of it. */
async function answer(name: string, status: string, body: string): Promise<void> {
  await host.run(`
    printf 'HTTP/1.1 ${status}\\r\\nContent-Type: text/plain\\r\\nAudit-Id: x\\r\\n\\r\\n${body}' >/root/www/.new
    mv /root/www/.new /root/www/${name}`)
}

async function refusal(call: Promise<unknown>): Promise<PlanewrightError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(PlanewrightError)
  return error as PlanewrightError
}

const ask = (apiserver: NodeApiserver, path: string) => apiserver.ask({ method: 'GET', path, headers: {} })

describe('the kubeconfig', () => {
  test('says which user planewright is', async () => {
    const { identity } = await openApiserver(connection, at)
    expect(identity.name).toBe('kubernetes-admin')
    expect(identity.groups.toSorted()).toEqual(['second', 'system:authenticated', 'system:masters'])
  })

  test.each([
    ['is not there', `rm ${conf}`, /^there is no \/etc\/kubernetes\/admin\.conf/, undefined],
    ['is no YAML', `printf 'a: [' >${conf}`, /cannot be used$/, /not YAML/],
    ['is empty', `: >${conf}`, /cannot be used$/, /./],
    [
      'names a context it does not hold',
      `sed -i 's/^current-context: .*/current-context: x/' ${conf}`,
      /cannot be used$/,
      /current context/,
    ],
    [
      'has a token in place of a certificate',
      `sed -i 's/client-key-data: .*}/token: secret}/' ${conf}`,
      /cannot be used$/,
      /client-key-data/,
    ],
    [
      'has a certificate that is none',
      `sed -i 's/client-certificate-data: [^,]*/client-certificate-data: eHh4/' ${conf}`,
      /cannot be used$/,
      /not PEM/,
    ],
    [
      'has a CA that is none',
      `sed -i 's/certificate-authority-data: [^}]*/certificate-authority-data: eHh4/' ${conf}`,
      /cannot be used$/,
      /not PEM/,
    ],
    [
      'has the key of another',
      `sed -i "s|client-key-data: [^}]*|client-key-data: $key|" ${conf}`,
      /cannot be used$/,
      /do not match each other/,
    ],
  ])('%s', async (_name, prepare, message, why) => {
    await host.run(`key=$(base64 -w0 /root/pki/other.key); ${prepare}`)
    const secret = (await host.run('base64 -w0 /root/pki/client.key')).slice(0, 40)
    const error = await refusal(openApiserver(connection, at))
    expect(error).toMatchObject({ code: 'proof', where: { path: conf } })
    expect(error.message).toMatch(message)
    if (why !== undefined) expect(error.why).toMatch(why)
    expect(error.remedy).toContain('kubeadm init phase kubeconfig admin')
    expect(JSON.stringify([error, error.message, error.why])).not.toContain(secret)
  })
})

describe('an answer', () => {
  test('comes with status, headers and body, whatever the status', async () => {
    await answer('fine', '200 OK', 'yes')
    await answer('missing', '404 Not Found', 'no')
    await serving('server', async () => {
      const apiserver = await openApiserver(connection, at)
      expect(await ask(apiserver, '/fine')).toMatchObject({
        status: 200,
        body: 'yes',
        headers: { 'audit-id': 'x' },
      })
      expect(await ask(apiserver, '/missing')).toMatchObject({ status: 404, body: 'no' })
    })
  })

  test('awaitReady waits until /readyz says ok', async () => {
    await answer('readyz', '500 Internal Server Error', 'not yet')
    await serving('server', async () => {
      const apiserver = await openApiserver(connection, at)
      let isReady = false
      const waiting = apiserver
        .awaitReady(() => Promise.resolve())
        .then(() => {
          isReady = true
        })
      expect((await ask(apiserver, '/readyz')).status).toBe(500)
      expect(isReady).toBe(false)
      await answer('readyz', '200 OK', 'ok')
      await waiting
    })
  })

  test('awaitReady waits four minutes, as kubeadm does', async () => {
    await answer('readyz', '500 Internal Server Error', '[-]poststarthook/rbac/bootstrap-roles failed')
    await serving('server', async () => {
      const apiserver = await openApiserver(connection, at)
      vi.useFakeTimers({ toFake: ['Date'] })
      try {
        let looks = 0
        // By the fake clock a minute passes between two looks. The fourth look is after 180 s, the last one after 240 s.
        const waiting = apiserver.awaitReady(() => {
          looks += 1
          vi.setSystemTime(Date.now() + 60_000)
          return Promise.resolve()
        })
        expect((await refusal(waiting)).why).toContain('rbac/bootstrap-roles')
        expect(looks).toBe(4)
      } finally {
        vi.useRealTimers()
      }
    })
  })

  test('is refused from a server whose certificate the CA did not sign', async () => {
    await serving('other', async () => {
      const error = await refusal(ask(await openApiserver(connection, at), '/fine'))
      expect(error).toMatchObject({
        code: 'proof',
        message: 'the apiserver at 127.0.0.1:6443 gives no answer',
      })
      expect(error.why).toMatch(/self-signed certificate|unable to verify/)
    })
  })

  test('is refused from a server whose certificate is for another address', async () => {
    await serving('foreign', async () => {
      const error = await refusal(ask(await openApiserver(connection, at), '/fine'))
      expect(error).toMatchObject({ code: 'proof' })
      expect(error.why).toContain("IP: 127.0.0.1 is not in the cert's list")
    })
  })

  test('is given up after 10 s if the server accepts the connection and sends nothing', async () => {
    const credentials = readKubeconfig(await host.run(`cat ${conf}`), conf)
    const pid = await host.run(`
      sleep 60 | busybox nc -l -p 6443 >/dev/null 2>&1 &
      echo $!
      until grep -q ':192B 0*:0000 0A' /proc/net/tcp /proc/net/tcp6; do sleep 0.05; done`)
    try {
      const call = askApiserver(connection, at, credentials, { method: 'GET', path: '/', headers: {} })
      expect(await refusal(call)).toMatchObject({ code: 'proof', why: 'no answer within 10 s' })
    } finally {
      await host.run(`kill ${Number(pid)} 2>/dev/null || true`)
    }
  })

  test('is given up after 10 s if nothing answers at all', async () => {
    // The kernel drops new connections to a server with a full queue, as if the machine were off.
    const pid = await host.run(`
      perl -MIO::Socket::INET -e '
        my $server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 6444, Listen => 1) or die;
        my @queued = map { IO::Socket::INET->new(PeerAddr => "127.0.0.1:6444", Timeout => 1) } 1 .. 4;
        print "full\\n"; close STDOUT; sleep 600' >/tmp/full 2>&1 &
      echo $!
      until grep -q full /tmp/full; do sleep 0.05; done`)
    try {
      const started = performance.now()
      const apiserver = await openApiserver(connection, { ...at, port: 6444 })
      const error = await refusal(ask(apiserver, '/readyz'))
      expect(error).toMatchObject({ code: 'host', why: 'no answer within 10 s' })
      expect(performance.now() - started).toBeLessThan(15_000)
    } finally {
      await host.run(`kill ${Number(pid)}`)
    }
  })

  test('is an error if nothing listens at the port', async () => {
    const error = await refusal(ask(await openApiserver(connection, at), '/fine'))
    expect(error).toMatchObject({ code: 'host' })
    expect(error.message).toContain('port 6443 of 127.0.0.1 cannot be reached')
  })
})

test('an sshd that does not forward is reported before anything else is tried', async () => {
  await host.run(`sed -i 's/^/no-port-forwarding /' ~operator/.ssh/authorized_keys`)
  const strict = await connectSsh(host.sshd.target('operator', { become: true }), { readyTimeoutMs: 30_000 })
  try {
    const error = await refusal(openApiserver(strict, at))
    expect(error).toMatchObject({ code: 'host' })
    expect(error.remedy).toContain('AllowTcpForwarding')
  } finally {
    await strict.close()
  }
})
