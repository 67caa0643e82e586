import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../src/connection/connection.ts'
import { connectSsh } from '../../src/connection/ssh.ts'
import type { ProcessIdentity } from '../../src/host/change.ts'
import { readHost } from '../../src/host/host-reader.ts'
import { awaitRestart, checkAlive } from '../../src/host/restart.ts'
import { startSshd, type Sshd } from '../support/sshd.ts'
import { connectTo, describeUserlands } from '../support/shells.ts'

/**
 * The name of processes that stand in for a component. openssl listens. busybox's nc closes its port when it has a
 * connection, and goes on. sleep does neither. The tests in the lab have a real kube-apiserver.
 */
const component = 'stand-in'
const port = 7443
/** sh that succeeds while a process listens on port 7443, which is 1D13 in hexadecimal. */
const isTaken = "grep -q ':1D13 0*:0000 0A' /proc/net/tcp /proc/net/tcp6"
const folder = '/var/log/pods/kube-system_stand-in-cp1_0a1b/stand-in'

/** sh that starts a process that listens, with these words on its command line, and waits for its port. */
function listening(words = ''): string {
  return `
    /opt/openssl-in/${component} s_server -accept ${port} -cert /root/crt -key /root/key ${words} \\
      </dev/null >/dev/null 2>&1 &
    until ${isTaken}; do sleep 0.05; done`
}

/** sh that kills a process, and waits until its port is free for the next one. */
function killed(pid: number | undefined): string {
  return `kill -9 ${pid}; while ${isTaken}; do sleep 0.05; done`
}

describeUserlands((userland) => {
  let sshd: Sshd
  let connection: Connection
  /** A second connection, because the first one is busy with the watch. */
  let hand: Connection

  beforeAll(async () => {
    sshd = await startSshd()
    hand = await connectSsh(sshd.target('root'), { readyTimeoutMs: 30_000 })
    await run(`
      for program in openssl busybox sleep; do
        mkdir -p /opt/$program-in; cp "$(command -v $program)" /opt/$program-in/${component}
      done
      cd /root; openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -keyout key -out crt 2>/dev/null`)
    connection = await connectTo(sshd, userland)
  })

  afterAll(async () => {
    await connection.close()
    await hand.close()
    await sshd.stop()
  })

  async function run(script: string): Promise<string> {
    const { code, stdout, stderr } = await hand.run(script, { timeoutMs: 60_000 })
    expect({ code, stderr: stderr.toString() }).toEqual({ code: 0, stderr: '' })
    return stdout.toString()
  }

  async function identities(): Promise<readonly ProcessIdentity[]> {
    const { processes } = await readHost(hand).processes(component, [])
    return processes.map(({ pid, startTicks }) => ({ pid, startTicks }))
  }

  async function only(): Promise<ProcessIdentity> {
    const [found, ...others] = await identities()
    expect(others).toEqual([])
    if (found === undefined) throw new Error('no process')
    return found
  }

  afterEach(async () => {
    const pids = (await identities()).map(({ pid }) => pid)
    await run(`
      for pid in ${pids.join(' ')}; do
        kill -9 $pid 2>/dev/null
        while [ -d /proc/$pid ] && ! grep -q '^State:.Z' /proc/$pid/status 2>/dev/null; do sleep 0.05; done
      done
      rm -rf /var/log/pods`)
  })

  test('returns a new process that listens, with its whole command line', async () => {
    await run(listening())
    const old = await only()
    const watching = awaitRestart(connection, {
      component,
      old,
      port,
      arguments: ['-naccept', '9'],
      drain: 2,
      deadline: 30,
    })
    await run(`${killed(old.pid)}; ${listening('-naccept 9')}`)
    const arrived = await watching
    expect(arrived).toMatchObject(await only())
    expect(arrived.argv.slice(-2)).toEqual(['-naccept', '9'])
    expect(arrived.pid).not.toBe(old.pid)
  })

  test('does not return a new process without the arguments', async () => {
    await run(listening())
    const old = await only()
    const watching = awaitRestart(connection, {
      component,
      old,
      port,
      arguments: ['-naccept'],
      drain: 2,
      deadline: 30,
    })
    await run(`${killed(old.pid)}; ${listening('-quiet')}`)
    const forerunner = (await identities()).find(({ pid }) => pid !== old.pid)
    await run(`${killed(forerunner?.pid)}; ${listening('-naccept 9')}`)
    expect((await watching).argv).toContain('-naccept')
  })

  test('does not return a process that has a flag twice with different values', async () => {
    const netcat = (words: string) => `
      bash -c 'exec -a nc /opt/busybox-in/${component} -l -p ${port} -e true ${words}' </dev/null >/dev/null 2>&1 &
      until ${isTaken}; do sleep 0.05; done`
    const awaited = {
      component,
      old: null,
      port,
      arguments: ['--size=10', '--age=3'],
      drain: 2,
      deadline: 30,
    }
    const watching = awaitRestart(connection, awaited)
    for (const words of ['--size=10 --age=3 --size=7', '--size 7 --size=10 --age=3']) {
      await run(netcat(words))
      // A second, so that the watch looks at it several times. Nothing on the host shows when it has.
      await run('sleep 1')
      await run(killed((await only()).pid))
    }
    await run(netcat('--age=3 --size=10 --sizes=7'))
    expect((await watching).argv).toContain('--sizes=7')
  })

  /** sh that starts a process that accepts one client, closes its port, and goes on because its input stays open. */
  const taker = `
      sleep 60 | bash -c 'exec -a nc /opt/busybox-in/${component} -l -p ${port}' >/dev/null 2>&1 &
      until ${isTaken}; do sleep 0.05; done`

  test('without a drain time, leaves an old process that has closed its port to the kubelet', async () => {
    await run(taker)
    const old = await only()
    const awaited = { component, old, port, arguments: [], drain: null, deadline: 5 }
    const watching = awaitRestart(connection, awaited).catch((thrown: unknown) => thrown)
    // The second sleep is longer than any drain. Nothing can be awaited here, because nothing should happen.
    const left = await run(`
      sleep 1
      sleep 30 | openssl s_client -connect 127.0.0.1:${port} >/dev/null 2>&1 &
      sleep 4
      sed -n 's/^State:.//p' /proc/${old.pid}/status`)
    expect(left).toMatch(/^S/)
    expect(await watching).toMatchObject({ message: `no new ${component} serves after 5 s` })
  })

  test('with a drain time of 2 s, ends an old process that has closed its port', async () => {
    await run(taker)
    const old = await only()
    const watching = awaitRestart(connection, { component, old, port, arguments: [], drain: 2, deadline: 30 })
    await run(`
      # So long that the watch has seen the port open: nothing on the host tells when it has.
      sleep 1
      sleep 30 | openssl s_client -connect 127.0.0.1:${port} >/dev/null 2>&1 &
      while [ -d /proc/${old.pid} ] && ! grep -q '^State:.Z' /proc/${old.pid}/status 2>/dev/null; do sleep 0.1; done
      ${listening()}`)
    expect((await watching).pid).not.toBe(old.pid)
  })

  test('reports a new process that ends as a crash, with the end of its log', async () => {
    await run(`mkdir -p ${folder}`)
    const watching = awaitRestart(connection, {
      component,
      old: null,
      port,
      arguments: [],
      drain: 2,
      deadline: 30,
    })
    const failing = expect(watching).rejects.toMatchObject({
      code: 'restart',
      message: `the new ${component} does not stay up`,
      why: expect.stringContaining('boom: $(touch canary)') as string,
    })
    await run(`
      echo '2026-11-23T19:06:32.1Z stderr F E1123 19:06:32.1 1 main.go:1] boom: $(touch canary)' >${folder}/0.log
      /opt/sleep-in/${component} 2`)
    await failing
    expect(await run('ls /')).not.toContain('canary')
  })

  test('checkAlive accepts a running process, and no other with its pid', async () => {
    await run(listening())
    const process = await only()
    await checkAlive(connection, component, process)
    const other = { ...process, startTicks: process.startTicks - 1 }
    await expect(checkAlive(connection, component, other)).rejects.toMatchObject({ code: 'restart' })
  })
})
