import { PlanewrightError } from '../../src/error.ts'
import { inspectAfterApply } from './after-apply.ts'
import { withMachine, withResumed, type Workshop } from './boot.ts'
import { describeFiles } from './description.ts'
import type { Guest } from './guest.ts'
import { makeController } from './planewright.ts'
import { keepTimes, timesOf, type Times } from './times.ts'
import { watchTransaction } from './watch.ts'

const POLICY = '/etc/kubernetes/audit-policy.yaml'

/**
 * Checks everything without a power cut. The machine has cgroup version 2 and the systemd driver. planewright plans,
 * applies, and finds nothing more to do. Then it finds an edit by hand, and corrects it.
 *
 * @returns how long each phase of the apply took
 * @throws PlanewrightError `host` with the first check that fails
 */
export async function checkWholeApply(workshop: Workshop): Promise<Times> {
  const { prepared, accelerator, progress } = workshop
  return withMachine('apply', workshop, (machine) =>
    withResumed(machine, workshop, async (guest) => {
      progress.note(`kube-apiserver's cgroup: ${await readCgroup(guest)}`)
      const { run } = await makeController(guest, prepared.keys)
      await progress.step('plan finds changes', () => run('plan', 'plan.log', 2))
      const watch = watchTransaction(guest)
      await progress.step('apply', () => run('apply', 'apply.log', 0))
      await watch.await((seen) => seen === 'ended')
      const times = timesOf(watch.sights)
      progress.note(
        `  ${Object.entries(times)
          .map(([phase, milliseconds]) => `${phase} ${(milliseconds / 1_000).toFixed(1)} s`)
          .join(', ')}`,
      )
      await keepTimes(accelerator, times)
      const wanted = await requireWanted(guest, workshop)
      await progress.step('verify proves the change', () => run('verify', 'verify.log', 0))
      await guest.run('editing the policy', `echo '# by hand' >>${POLICY}`)
      await progress.step('verify finds an edit by hand', () => run('verify', 'drift.log', 2))
      await progress.step('apply corrects the edit', () => run('apply', 'mend.log', 0))
      const mended = JSON.stringify(await describeFiles(guest))
      if (mended !== wanted) throw new PlanewrightError('host', `apply did not mend ${POLICY} byte for byte`)
      return times
    }),
  )
}

/** The cgroup of kube-apiserver's process. systemd must have made it, in the single hierarchy of version 2. */
async function readCgroup(guest: Guest): Promise<string> {
  const told = await guest.run('reading the cgroup', 'cat "/proc/$(pgrep -xo kube-apiserver)/cgroup"')
  if (/^0::\/kubepods\.slice\/.*\.scope$/.test(told)) return told
  throw new PlanewrightError('host', 'the machine has not cgroup version 2 with the systemd driver', {
    why: told,
    remedy: 'Look at the kubelet’s config.yaml and at containerd’s config.toml there.',
  })
}

async function requireWanted(guest: Guest, workshop: Workshop): Promise<string> {
  const { files, problems } = await inspectAfterApply(guest, workshop)
  if (problems.length === 0) return files
  throw new PlanewrightError('host', 'the host is not as apply should have left it', {
    why: problems.join('\n'),
  })
}
