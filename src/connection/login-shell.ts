import type { ClientChannel } from 'ssh2'

import { PlanewrightError } from '../error.ts'
import { makeNonce } from './exchange.ts'
import type { Nonce } from './exchange.ts'
import { MarkReader } from './mark-reader.ts'
import { PersistentShell } from './persistent-shell.ts'
import { quote } from './shell.ts'
import type { ConnectionTarget } from './target.ts'

/** The command that becomes the persistent shell, and the marks that it prints on the way. */
export interface LoginCommand {
  readonly command: string
  /** Printed on stderr, as soon as the login shell has run its profile and started the command. */
  readonly entered: Buffer
  /** Printed on both streams, when the shell that takes the scripts runs as the right user. */
  readonly ready: Buffer
}

/**
 * The only command that goes on a command line; scripts follow on stdin. The login shell may be bash, csh or
 * fish, so the command has no characters that these read differently: no newline, no `!`, and no backslash
 * except the one that {@link quote} writes.
 *
 * - `LC_ALL=C`: bytes are bytes, and commands print English
 * - the sbin folders: sshd and sudo leave them out for some users; Ansible looks there as well
 *   (`get_bin_path`)
 */
export function composeLogin(target: ConnectionTarget): LoginCommand {
  const entered = makeNonce()
  const ready = makeNonce()
  const shell = [
    'LC_ALL=C',
    'PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin',
    'export LC_ALL PATH',
    'cd /',
    say(ready),
    `${say(ready)} >&2`,
    'exec /bin/sh',
  ].join('; ')
  const start = `exec /bin/sh -c ${quote(shell)}`
  const startAsRoot = `if [ "$(id -u)" = 0 ]; then ${start}; fi; exec sudo -n -- /bin/sh -c ${quote(shell)}`
  const login = `${say(entered)} >&2; LC_ALL=C; export LC_ALL; ${target.become ? startAsRoot : start}`
  return {
    command: `exec /bin/sh -c ${quote(login)}`,
    entered: Buffer.from(entered.whole),
    ready: Buffer.from(ready.whole),
  }
}

/**
 * Waits until the shell is ready, past every banner and profile.
 *
 * @throws PlanewrightError `become` if sudo refuses, `unreachable` if no shell starts
 */
export async function startLoginShell(
  target: ConnectionTarget,
  login: LoginCommand,
  channel: ClientChannel,
): Promise<PersistentShell> {
  const stdout = new MarkReader(channel)
  const stderr = new MarkReader(channel.stderr)
  const progress = { entered: false }
  // Both are read from the start: a refused login gives its reason on either of them.
  const [onStdout, onStderr] = await Promise.allSettled([
    stdout.readUntil(login.ready),
    stderr.readUntil(login.entered).then(() => {
      progress.entered = true
      return stderr.readUntil(login.ready)
    }),
  ])
  const failure = [onStderr, onStdout].find((result) => result.status === 'rejected')
  if (failure !== undefined) {
    if (progress.entered && target.become) throw becomeRefused(target, stderr.unread, failure.reason)
    throw noShell(target, [stderr.unread, stdout.unread], failure.reason)
  }
  const shell = new PersistentShell(channel, stdout, stderr)
  // The pipes may stay open after the shell ended, as processes that its scripts left running hold them.
  channel.on('exit', () => {
    shell.fail(new PlanewrightError('unreachable', 'the shell on the host ended'))
  })
  return shell
}

function say(nonce: Nonce): string {
  return `printf %s%s ${nonce.halves}`
}

function noShell(target: ConnectionTarget, said: readonly Buffer[], cause: unknown): PlanewrightError {
  const words = Buffer.concat(said).toString().trim()
  return new PlanewrightError('unreachable', `${target.user} gets no shell on ${target.address}`, {
    where: { host: target.name },
    why: words === '' ? 'The login ended at once, without a message.' : words,
    remedy:
      'Give the user a login shell and remove ForceCommand from sshd for this user, or set another ansible_user.',
    cause,
  })
}

function becomeRefused(target: ConnectionTarget, said: Buffer, cause: unknown): PlanewrightError {
  const words = said.toString().trim()
  return new PlanewrightError('become', `${target.user} cannot become root by sudo on ${target.address}`, {
    where: { host: target.name },
    why: words === '' ? 'sudo ended without a message.' : words,
    remedy: becomeRemedy(target.user, words),
    cause,
  })
}

/**
 * sudo exits with 1 for every refusal, and only its words say which. If sudo is missing, the shell's words
 * say so.
 */
function becomeRemedy(user: string, words: string): string {
  const asRoot = 'log in as root (ansible_user: root, ansible_become: false)'
  if (/sudo: .*not found/.test(words)) return `Install sudo on the host, or ${asRoot}.`
  const lines = /\btty\b/.test(words) ? `Defaults:${user} !requiretty` : `${user} ALL=(ALL) NOPASSWD: ALL`
  return `Let sudo run without questions: add this line to /etc/sudoers.d/${user}: ${lines} — or ${asRoot}.`
}
