import type { Guest } from './guest.ts'

/** Seconds to wait for kube-apiserver after a boot. With emulation, it is ready after two minutes. */
const READY = 900

/** Waits until the machine's own kube-apiserver says that it is ready. */
export async function awaitServing(guest: Guest): Promise<void> {
  await guest.run(
    'waiting for /readyz',
    `end=$(($(date +%s) + ${READY}))
until curl -fsk --max-time 5 https://127.0.0.1:6443/readyz >/dev/null; do
  if [ "$(date +%s)" -ge "$end" ]; then
    curl -sk --max-time 5 'https://127.0.0.1:6443/readyz?verbose'
    exit 1
  fi
  sleep 0.5
done`,
  )
}
