import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../src/connection/connection.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import { validateConfiguration } from '../../src/kubeadm/validate.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'

/** A host with scripts in place of kubeadm. accepted.node.test.ts has a real kubeadm. */
let sshd: Sshd
let host: Connection

beforeAll(async () => {
  sshd = await startSshd()
  host = await connectSsh(sshd.target('root'), { readyTimeoutMs: 30_000 })
})

afterAll(async () => {
  await host.close()
  await sshd.stop()
})

afterEach(() => sshd.exec('rm -f /usr/local/bin/kubeadm'))

/** Installs a kubeadm that runs this script for `kubeadm config validate`. */
async function kubeadm(script: string): Promise<void> {
  const text = `#!/bin/sh\ncase "$*" in *--help*) exit 0;; esac\n${script}\n`
  const encoded = Buffer.from(text).toString('base64')
  const file = '/usr/local/bin/kubeadm'
  const { code } = await sshd.exec(`printf %s ${encoded} | base64 -d >${file} && chmod +x ${file}`)
  expect(code).toBe(0)
}

const place = { path: 'kube-system/kubeadm-config' }

/** A text that a shell, a line end or an encoding could spoil, and that is too long for a command line. */
const text = `a: "it's $HOME \`id\` é"\r\n${'b: 1\n'.repeat(60_000)}`

test('kubeadm gets the text byte for byte', async () => {
  await kubeadm('[ "$*" = "config validate --config /dev/stdin" ] && cat "$4" >/root/got')
  expect(await validateConfiguration(host, text, place)).toBe('valid')
  expect((await sshd.exec('cat /root/got; rm /root/got')).stdout).toBe(text)
})

test('the error has kubeadm’s own message, from stdout or from stderr', async () => {
  await kubeadm('cat "$4" >/dev/null; echo one; echo two >&2; exit 3')
  await expect(validateConfiguration(host, text, place)).rejects.toMatchObject({
    code: 'host',
    where: place,
    why: 'one\ntwo',
  })
})

test('a kubeadm that ends without reading the text has refused it', async () => {
  await kubeadm('exit 1')
  await expect(validateConfiguration(host, text, place)).rejects.toMatchObject({ code: 'host' })
})

test('without a kubeadm, or with one that cannot validate, there is no verdict', async () => {
  expect(await validateConfiguration(host, text, place)).toBe('not-judged')
  await sshd.exec('printf "#!/bin/sh\\nexit 1\\n" >/usr/local/bin/kubeadm; chmod +x /usr/local/bin/kubeadm')
  expect(await validateConfiguration(host, text, place)).toBe('not-judged')
})
