import { execa } from 'execa'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { guardParts } from '../support/guard-script.ts'

let transaction: string

beforeEach(async () => {
  transaction = await mkdtemp(path.join(tmpdir(), 'planewright-process-'))
})

afterEach(() => rm(transaction, { recursive: true, force: true }))

/** The exit code of hold_process for the process whose pid `start` puts into $pid. */
async function hold(start: readonly string[]): Promise<number> {
  const place = `root=${transaction} id=test transaction=${transaction}`
  const script = [place, ...guardParts, ...start, 'read_ticks "$pid"; hold_process "$pid" "$ticks"; echo $?']
  const { stdout } = await execa('sh', ['-c', script.join('\n')], { stderr: 'inherit' })
  return Number(stdout)
}

test('a running process is recorded with its command line', async () => {
  const begun = 'until grep -qx sleep /proc/$pid/comm; do :; done'
  expect(await hold(['sleep 60 >/dev/null & pid=$!', 'trap "kill $pid" EXIT', begun])).toBe(0)
  const [, , cmdline = ''] = (await readFile(path.join(transaction, 'process'), 'utf8')).trim().split(' ')
  expect(Buffer.from(cmdline, 'base64').toString()).toBe('sleep\u000060\u0000')
})

test('a process that has just ended is not recorded, because it would seem to lack all flags', async () => {
  // A zombie: the kernel still has its pid, with an empty command line. Its parent is a sleep, because a shell may wait
  // for its children at any time.
  const child = '(until grep -qx sleep /proc/\\$\\$/comm; do :; done)'
  const zombie = `sh -c "${child} & echo \\$! >$transaction/pid; exec sleep 60" >/dev/null &`
  const wait =
    'until [ -s $transaction/pid ] && grep -q "^State:.Z" "/proc/$(cat $transaction/pid)/status"; do sleep 0.05; done'
  expect(await hold([zombie, 'trap "kill $!" EXIT', wait, 'pid=$(cat $transaction/pid)'])).toBe(2)
  expect(await readdir(transaction)).toEqual(['pid'])
})
