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
/** When the file began, in seconds, and the uid of the pod that comes back each time. */
let began: string
let pod: string

beforeAll(async () => {
  files = await readWhole(first)
  words = await readCommandLine(first)
  began = (await onNode(first, 'date +%s')).trim()
  const folder = await onNode(first, `ls -d /var/lib/kubelet/pods/*/containers/${component}`)
  pod = path.basename(path.dirname(path.dirname(folder.trim())))
})

/** What the kubelet said when it held the old pod back, as one that has crashed. */
async function heldBack(): Promise<string> {
  return await onNode(
    first,
    `journalctl -u kubelet -o cat --no-pager --since @${began} | grep 'back-off .* restarting .*${pod}' || :`,
  )
}

/** A task of a user's own that gives kube-apiserver a flag. */
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

/** A task of a user's own that writes the manifest as it likes. */
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

/** The host is back as it was, and serves. That the others are skipped is in refused-policy.smoke.test.ts. */
async function expectUndone(tasks: readonly Task[]): Promise<HostOutcome | undefined> {
  const outcomes = await apply(tasks)
  expect(
    outcomes.map(({ status, undone }) => ({ status, undone })),
    String(outcomes[0]?.error?.why),
  ).toEqual([{ status: 'failed', undone: true }])
  expect(await awaitEnd(first)).toBe('undone')
  expect(await readWhole(first)).toBe(files)
  await expectServing(first, words)
  // However often it has gone and come within minutes, where crictl is there.
  if ((await onNode(first, 'command -v crictl || :')) !== '') expect(await heldBack()).toBe('')
  return outcomes[0]
}

test('a flag that the apiserver does not know', async () => {
  const outcome = await expectUndone([auditLogDirectory, flagTask('audit-log-everything', 'true')])
  expect(outcome?.error?.message).toContain('ended with exit code 1')
  expect(outcome?.error?.why).toContain('unknown flag: --audit-log-everything')
})

test('a value that the apiserver refuses', async () => {
  const outcome = await expectUndone([flagTask('authorization-mode', 'Sometimes')])
  expect(outcome?.error?.message).toContain('ended with exit code 1')
  expect(outcome?.error?.why).toContain('Sometimes')
})

test('a file that is missing, on a host without crictl', async () => {
  await onNode(first, 'mv /usr/bin/crictl /usr/bin/crictl.away')
  const outcome = await expectUndone([
    flagTask('audit-policy-file', '/etc/kubernetes/no-such-policy.yaml'),
  ]).finally(() => onNode(first, 'mv /usr/bin/crictl.away /usr/bin/crictl'))
  expect(outcome?.error?.message).toContain('ended with exit code 1')
  expect(outcome?.error?.why).toContain('no-such-policy.yaml')
})

test('a runtime that is too busy to note the end before the undo begins', async ({ skip }) => {
  // The kubelet drops the container, and its exit code with it, as soon as it may.
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

test('an etcd that is not there', async () => {
  const outcome = await expectUndone([flagTask('etcd-servers', 'https://127.0.0.1:12379')])
  expect(outcome?.error?.why).toMatch(/^its last words:\nerror creating storage factory: etcd/)
})

test('an image that cannot be had', async () => {
  const outcome = await expectUndone([missingImage, flagTask('audit-log-path', '-')])
  expect(outcome?.error?.message).toContain('the kubelet cannot start the new kube-apiserver')
  expect(outcome?.error?.why).toContain('planewright.invalid/kube-apiserver:v0.0.0')
})

describe('the port', () => {
  // A process's name has 15 letters at most.
  const marker = 'port-taker'

  afterEach(() => onNode(first, `pkill -x ${marker} || :`))

  test('taken by another process while the old apiserver was away', async () => {
    // As soon as the old one lets go of it, and until the old one has to come back.
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
