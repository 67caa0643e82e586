import type { Guest } from './guest.ts'

/** One change of a transaction, as the guard was told about it: see load in src/guard/files.sh. */
export interface StagedChange {
  readonly kind: 'file' | 'directory'
  readonly path: string
  /** The sha256 of the new content; `-` for a file that is to be removed. */
  readonly after: string
  readonly mode: string
  readonly owner: string
}

/** What the guard's folder says about the last transaction. */
export interface StoredTransaction {
  /** Empty if the power was cut before the transaction had a state. */
  readonly state: string
  readonly reason: string
  readonly changes: readonly StagedChange[]
}

const SCRIPT = `cd /var/lib/planewright 2>/dev/null || exit 0
folder=$(ls -d */ 2>/dev/null | tail -n 1)
[ -n "$folder" ] || exit 0
printf 'state %s\\n' "$(cat "$folder/state" 2>/dev/null)"
printf 'reason %s\\n' "$(head -n 1 "$folder/reason" 2>/dev/null)"
[ ! -s "$folder/failure" ] || printf 'reason %s\\n' "$(head -n 1 "$folder/failure")"
for change in "$folder"changes/*; do
  [ -f "$change" ] || continue
  printf 'change %s\\t%s\\n' "$(sed -n 1p "$change")" "$(sed -n 2p "$change")"
done`

/**
 * Seconds for a guard to end an open transaction: it takes up to ten minutes after a boot, and five more (`booting`
 * and `forgiving` in src/guard/restored-process.sh).
 */
const SETTLED = 1_000

/** Waits until no transaction is open. Returns false if one still is. */
export async function awaitSettled(guest: Guest): Promise<boolean> {
  const { code } = await guest.exec(`end=$(($(date +%s) + ${SETTLED}))
while [ -e /var/lib/planewright/open ]; do
  [ "$(date +%s)" -lt "$end" ] || exit 1
  sleep 0.5
done`)
  return code === 0
}

/** The last transaction; undefined if there is none. */
export async function readTransaction(guest: Guest): Promise<StoredTransaction | undefined> {
  return parseTransaction(await guest.run('reading the transaction', SCRIPT))
}

/** Parses the script's output. */
export function parseTransaction(output: string): StoredTransaction | undefined {
  const lines = output.split('\n')
  const told = (key: string): string | undefined =>
    lines.findLast((line) => line.startsWith(`${key} `))?.slice(key.length + 1)
  const state = told('state')
  if (state === undefined) return undefined
  const changes = lines
    .filter((line) => line.startsWith('change '))
    .map((line): StagedChange => {
      const [described = '', path = ''] = line.slice('change '.length).split('\t')
      const [kind, , after = '', , mode = '', owner = ''] = described.split(' ')
      return { kind: kind === 'directory' ? 'directory' : 'file', path, after, mode, owner }
    })
  return { state, reason: told('reason') ?? '', changes }
}
