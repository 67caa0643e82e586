import { guardLabs } from '../lab/reaper.ts'
import { restore, up, type Lab, type LabHost } from '../lab/lab.ts'
import { DEFAULT_CONTROL_PLANES, DEFAULT_KUBERNETES } from '../lab/up.ts'
import { onNode } from '../support/node.ts'
import type { BenchContext } from './bench.ts'

/** Three real control planes that a bench changes again and again. */
export interface RollLab extends AsyncDisposable {
  readonly lab: Lab
  readonly first: LabHost
  /** Restores every node to what kubeadm left, and waits until all are at rest. */
  makePristine(): Promise<void>
}

/**
 * The processes of a control plane, by the names that the kernel cuts to 15 letters, and the seconds that each must have
 * run. A controller manager ends if its apiserver is away for long, and the kubelet restarts it. Until it runs again, the
 * kubelet has more to do than the bench wants to measure.
 */
const components = 'etcd,kube-apiserver,kube-controller,kube-scheduler'
const atRest = 10

async function awaitRest(host: LabHost): Promise<void> {
  await onNode(
    host,
    `for look in $(seq 360); do
       ps -o etimes= -C ${components} | awk '$1 < ${atRest} { exit 1 } END { if (NR != 4) exit 1 }' &&
         curl -fsk --max-time 3 https://127.0.0.1:6443/readyz >/dev/null && exit 0
       sleep 0.5
     done
     ps -o etimes=,comm= -C ${components} >&2
     exit 1`,
  )
}

/** Uses the lab that `PLANEWRIGHT_TEST_LAB` names and leaves it there, or else makes a lab and removes it at the end. */
export async function openRollLab({ progress }: BenchContext): Promise<RollLab> {
  const adopted = process.env.PLANEWRIGHT_TEST_LAB
  const name = adopted ?? `bench-${process.pid}`
  const guard = adopted === undefined ? guardLabs([name]) : undefined
  try {
    const options = { controlPlanes: DEFAULT_CONTROL_PLANES, kubernetes: DEFAULT_KUBERNETES, progress }
    const lab = await up({ name, ...options })
    const [first] = lab.hosts
    if (first === undefined) throw new Error('the lab has no nodes')
    return {
      lab,
      first,
      makePristine: async () => {
        await restore(lab)
        await Promise.all(lab.hosts.map(awaitRest))
      },
      [Symbol.asyncDispose]: async () => {
        await (guard === undefined ? restore(lab) : guard.release())
      },
    }
  } catch (error) {
    await guard?.release()
    throw error
  }
}
