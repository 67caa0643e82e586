import type { Guest } from './guest.ts'

/** What was seen of the transaction, and when (performance.now()). */
export interface Sight {
  /** `staging`, a state of the transaction, or `ended` when it is confirmed and nothing holds the host any more. */
  readonly seen: string
  readonly at: number
}

/** Looks twenty times a second; says what is new. The folder that is there before is that of an earlier transaction. */
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

/** A second connection that follows the next transaction of the machine. */
export interface Watch {
  /** All that was seen so far, in order. */
  readonly sights: readonly Sight[]
  /** The first sight that is wanted, as soon as it is there; undefined when the connection is lost before. */
  readonly await: (isWanted: (seen: string) => boolean) => Promise<Sight | undefined>
}

/** Begins to look; ends with the machine, or when the process is stopped. */
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
