import { statSync } from 'node:fs'
import { HostsLeft, quote, toPlanewrightError } from '../index.ts'
import { defaultRetryFile, type RunOptions } from './options.ts'
import type { Screen } from './screen/screen.ts'

/** The hosts that a run has not finished, and how to go on with them. */
export interface KeptHosts {
  readonly listener: HostsLeft['listener']
  /** Writes them to the file, and prints how to go on. A file that cannot be written changes nothing else. */
  readonly keep: (screen: Pick<Screen, 'hint' | 'warn'>) => void
}

/**
 * A device keeps nothing: with `--retry-file /dev/null` there is no file, and the hosts are printed instead.
 */
function keepsHosts(retryFile: string): boolean {
  return statSync(retryFile, { throwIfNoEntry: false })?.isFile() === true
}

/** @param resume the command that goes on with hosts, without its options */
export function keepHostsLeft(
  resume: string,
  { retryFile = defaultRetryFile }: Pick<RunOptions, 'retryFile'>,
): KeptHosts {
  const hosts = new HostsLeft(retryFile)
  const keep: KeptHosts['keep'] = (screen) => {
    try {
      const left = hosts.keep()
      if (left.length === 0) return
      const are = left.length === 1 ? '1 host is' : `${left.length} hosts are`
      const limit = keepsHosts(retryFile) ? `@${retryFile}` : left.join(',')
      screen.hint(`${are} left. Go on with: ${resume} … -l ${quote(limit)}`)
    } catch (thrown) {
      screen.warn(toPlanewrightError(thrown))
    }
  }
  return { listener: hosts.listener, keep }
}
