import type { Guest } from './guest.ts'

/** What was seen of the transaction at one moment (performance.now()). */
export interface Sight {
  /** `staging`, a state of the transaction, or `ended` when the transaction is confirmed and no longer open. */
  readonly seen: string
  readonly at: number
}

/**
 * Looks twenty times a second, and prints what is new. A folder that was there before belongs to an earlier
 * transaction.
 */
const SCRIPT = `cd /var/lib/planewright 2>/dev/null
earlier=" $(echo */) "
last=
while :; do
  seen=
  for folder in /var/lib/planewright/*/; do
    name=\${folder#/var/lib/planewright/}
    case $earlier in *" $name "*) continue ;; esac
    [ -d "$folder" ] || continue
    seen=staging
    { read -r seen <"$folder/state"; } 2>/dev/null
  done
  if [ "$seen" = confirmed ] && ! [ -e /var/lib/planewright/open ]; then seen=ended; fi
  if [ "$seen" != "$last" ]; then echo "$seen"; fi
  last=$seen
  sleep 0.05
done`

/** A second connection that follows the machine's next transaction. */
export interface Watch {
  /** Everything that was seen so far, in order. */
  readonly sights: readonly Sight[]
  /** Resolves to the first sight that is wanted, or to undefined if the connection is lost before. */
  readonly await: (isWanted: (seen: string) => boolean) => Promise<Sight | undefined>
}

/** Starts to look. It ends with the machine or with this process. */
export function watchTransaction(guest: Guest): Watch {
  const sights: Sight[] = []
  const listeners = new Set<() => void>()
  let isLost = false
  const tell = (): void => {
    for (const listener of listeners) listener()
  }
  const follow = async (): Promise<void> => {
    for await (const line of guest.lines(SCRIPT)) {
      if (line === '') continue
      sights.push({ seen: line, at: performance.now() })
      tell()
    }
  }
  void follow()
    .catch(() => undefined)
    .then(() => {
      isLost = true
      tell()
    })
  return {
    sights,
    await: (isWanted) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = sights.find(({ seen }) => isWanted(seen))
          if (found === undefined && !isLost) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
      }),
  }
}
