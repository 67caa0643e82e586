import path from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  defineTask,
  file,
  gatherStaticPod,
  loadInventory,
  openSession,
  drawPlan,
  roll,
  staticPod,
  survey,
  z,
  type HostOutcome,
  type Task,
} from '../../src/index.ts'
import { auditLogDirectory } from '../../tasks/index.ts'
import { awaitEnd, expectServing, readWhole } from '../support/faults.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode, readCommandLine } from '../support/node.ts'

const lab = await useNodeLab()
const first = firstHost(lab)
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const component = 'kube-apiserver'

let files: string
let words: readonly string[]
/** The time at which this file's tests began, in seconds, and the uid of the pod to which each undo returns. */
let began: string
let pod: string

beforeAll(async () => {
  files = await readWhole(first)
  words = await readCommandLine(first)
  began = (await onNode(first, 'date +%s')).trim()
  const folder = await onNode(first, `ls -d /var/lib/kubelet/pods/*/containers/${component}`)
  pod = path.basename(path.dirname(path.dirname(folder.trim())))
})

/** The kubelet's messages about holding the old pod back after a crash (CrashLoopBackOff). */
async function heldBack(): Promise<string> {
  return await onNode(
    first,
    `journalctl -u kubelet -o cat --no-pager --since @${began} | grep 'back-off .* restarting .*${pod}' || :`,
  )
}

/** A user's task that gives kube-apiserver a flag. */
function flagTask(flag: string, value: string): Task {
  return defineTask({
    name: `--${flag}`,
    params: z.object({}),
    gather: (host) => ({ pod: gatherStaticPod(host, { manifest, component, sees: [] }) }),
    plan: () => [
      staticPod({
        path: manifest,
        component,
        flags: { [flag]: value },
        mounts: [],
        volumes: [],
        checksums: {},
      }),
    ],
  })
}

/** A user's task that writes a manifest with an image that does not exist. */
const missingImage = defineTask({
  name: 'another image',
  params: z.object({}),
  gather: (host) => ({ manifest: host.file(manifest) }),
  plan: ({ facts }) => {
    const found = facts.manifest
    if (found.type !== 'regular') throw new Error('no manifest')
    const text = found.content.toString('utf8')
    const content = text.replace(/^( *image: ).*$/m, '$1planewright.invalid/kube-apiserver:v0.0.0')
    return [file({ path: manifest, content, mode: 0o600 })]
  },
})

async function apply(tasks: readonly Task[]): Promise<readonly HostOutcome[]> {
  const inventory = await loadInventory({ sources: [lab.inventoryFile], extraVariables: new Map() })
  await using session = await openSession({ inventory, tasks, limit: [first.name] })
  return await roll(session, drawPlan(await survey(session)), { proof: 'no-proof' })
}

/**
 * Expects that apply fails and the guard undoes: the host has its old files and serves. refused-policy.smoke.test.ts tests
 * that the other hosts are skipped.
 */
async function expectUndone(tasks: readonly Task[]): Promise<HostOutcome | undefined> {
  const outcomes = await apply(tasks)
  expect(
    outcomes.map(({ status, undone }) => ({ status, undone })),
    String(outcomes[0]?.error?.why),
  ).toEqual([{ status: 'failed', undone: true }])
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readWhole(first)).toBe(files)
  await expectServing(first, words)
  // The old pod stopped and started several times within minutes. With crictl, the kubelet must not hold it back.
  if ((await onNode(first, 'command -v crictl || :')) !== '') expect(await heldBack()).toBe('')
  return outcomes[0]
}

test('undoes a flag that the apiserver does not know', async () => {
  const outcome = await expectUndone([auditLogDirectory, flagTask('audit-log-everything', 'true')])
  expect(outcome?.error?.message).toContain('ended with exit code 1')
  expect(outcome?.error?.why).toContain('unknown flag: --audit-log-everything')
})

test('undoes a value that the apiserver refuses', async () => {
  const outcome = await expectUndone([flagTask('authorization-mode', 'Sometimes')])
  expect(outcome?.error?.message).toContain('ended with exit code 1')
  expect(outcome?.error?.why).toContain('Sometimes')
})

test('undoes a flag that names a missing file, on a host without crictl', async () => {
  await onNode(first, 'mv /usr/bin/crictl /usr/bin/crictl.away')
  const outcome = await expectUndone([
    flagTask('audit-policy-file', '/etc/kubernetes/no-such-policy.yaml'),
  ]).finally(() => onNode(first, 'mv /usr/bin/crictl.away /usr/bin/crictl'))
  expect(outcome?.error?.message).toContain('ended with exit code 1')
  expect(outcome?.error?.why).toContain('no-such-policy.yaml')
})

test('reports the exit code even if the runtime notes it only after the undo has begun', async ({ skip }) => {
  // The kubelet removes the container, and its exit code with it, as soon as it can.
  const busy = onNode(
    first,
    `for look in $(seq 2400); do
       { read -r id </var/lib/planewright/open && read -r state </var/lib/planewright/$id/state; } 2>/dev/null || :
       case $state in
         starting | serving) ! pgrep -x kube-apiserver >/dev/null || { pkill -STOP -x containerd && held=held; } ;;
         withdrawing) pkill -CONT -x containerd; printf %s "$held"; exit ;;
       esac
       sleep 0.02
     done
     pkill -CONT -x containerd; exit 1`,
  )
  const [outcome, held] = await Promise.all([expectUndone([flagTask('audit-log-anything', 'true')]), busy])
  if (held !== 'held') skip('the apiserver had ended before the runtime could be held')
  expect(outcome?.error?.message).toContain('ended with exit code 1')
})

test('undoes the address of an etcd that does not exist', async () => {
  const outcome = await expectUndone([flagTask('etcd-servers', 'https://127.0.0.1:12379')])
  expect(outcome?.error?.why).toMatch(/^its last words:\nerror creating storage factory: etcd/)
})

test('undoes an image that cannot be pulled', async () => {
  const outcome = await expectUndone([missingImage, flagTask('audit-log-path', '-')])
  expect(outcome?.error?.message).toContain('the kubelet cannot start the new kube-apiserver')
  expect(outcome?.error?.why).toContain('planewright.invalid/kube-apiserver:v0.0.0')
})

describe('the apiserver’s port', () => {
  // pkill -x compares the name of a process, which has 15 letters at most.
  const marker = 'port-taker'

  afterEach(() => onNode(first, `pkill -x ${marker} || :`))

  test('undoes when another process takes the port while no apiserver runs', async () => {
    // It holds the port from the end of the old apiserver until the undo starts the old apiserver again.
    await onNode(
      first,
      `setsid perl -MIO::Socket::INET -e '
         $0 = "${marker}"; my $taken; my $end = time + 120;
         until ($taken || time > $end) {
           $taken = IO::Socket::INET->new(LocalPort => 6443, Listen => 8, ReuseAddr => 1, Timeout => 0.1);
           select undef, undef, undef, 0.002 unless $taken;
         }
         while (time < $end) {
           my $open = qx(cat /var/lib/planewright/open); chomp $open;
           last if qx(cat /var/lib/planewright/$open/state) =~ /restoring|recovering|undone/;
           # It answers, as something that serves would: a kubelet that gets no answer waits for a minute and more.
           my $client = $taken->accept; close $client if $client;
         }' </dev/null >/dev/null 2>&1 &`,
    )
    const outcome = await expectUndone([flagTask('audit-log-path', '-')])
    expect(outcome?.error?.message).toContain('ended with exit code 1')
    expect(outcome?.error?.why).toContain('address already in use')
  })
})
