import { differenceText } from '../../src/difference/difference.ts'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { quote } from '../../src/connection/shell.ts'
import { PlanewrightError } from '../../src/error.ts'
import {
  hasChanges,
  loadInventory,
  openSession,
  drawPlan,
  survey,
  type HostPlan,
  type Plan,
} from '../../src/index.ts'
import { mapLimited } from '../../src/engine/values/map-limited.ts'
import { readStaticPod } from '../../src/manifest/static-pod.ts'
import { auditTasks } from '../../tasks/index.ts'
import type { Sshd } from '../support/sshd.ts'
import { perform, put } from './by-hand.ts'

const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'

/** The manifest that kubeadm writes on a control plane. */
const kubeadmManifest = path.join(import.meta.dirname, '..', 'manifest', 'fixtures', 'kubeadm.yaml')

/** How many hosts are prepared at once. More would only wait for each other on a small machine. */
const preparedAtOnce = 4

/**
 * A program that does nothing and has kube-apiserver's name and command line. The kernel names a script's process after the
 * script and not after its shell (/proc/PID/comm).
 */
const standIn = '#!/bin/sh\nwhile :; do sleep 86400; done\n'

async function run(sshd: Sshd, commands: readonly string[]): Promise<void> {
  const { code, stderr } = await sshd.exec(['set -e', ...commands].join('\n'))
  if (code === 0) return
  throw new PlanewrightError('host', 'a host of the bench cannot be prepared', { why: stderr.trim() })
}

function startApiserver({ changes }: HostPlan): string {
  const written = changes.find((change) => change.kind === 'file' && change.path === manifest)
  const text = written?.kind === 'file' ? written.after.content : ''
  const { command, args } = readStaticPod(text, 'kube-apiserver', { path: manifest }).container
  // setsid, so that the process survives the exec that starts it.
  return `setsid ${[...command, ...args].map(quote).join(' ')} </dev/null >/dev/null 2>&1 &`
}

async function planAll(inventoryFile: string): Promise<Plan> {
  const inventory = await loadInventory({ sources: [inventoryFile] })
  await using session = await openSession({ inventory, tasks: auditTasks })
  return drawPlan(await survey(session))
}

function checkDone(left: Plan): void {
  const [failure] = left.failures
  if (failure?.error !== undefined) throw failure.error
  if (!hasChanges(left)) return
  const differences = left.clusters.flatMap(({ hosts }) => hosts.flatMap(({ changes }) => changes))
  throw new PlanewrightError('host', 'the hosts of the bench still differ from what they should be', {
    why: [...new Set(differences.flatMap((change) => change.differences.map(differenceText)))].join('; '),
  })
}

/** Each manifest gets an address of its own, because in a real cluster no two nodes have the same manifest. */
function initialize(text: string, index: number): readonly string[] {
  return [
    put(manifest, text.replaceAll(/\b172\.24\.0\.4\b/g, `172.24.0.${index + 10}`), 0o600),
    put('/etc/kubernetes/pki/ca.crt', 'the certificate authority of a cluster\n', 0o644),
    put('/usr/local/bin/kube-apiserver', standIn, 0o755),
  ]
}

/**
 * Makes hosts look like control planes that planewright has changed before. It writes what planewright's own plan says, and
 * checks that a second plan is empty. No Kubernetes runs there, only a process with the right command line.
 */
export async function dress(inventoryFile: string, sshds: readonly Sshd[]): Promise<void> {
  const text = await readFile(kubeadmManifest, 'utf8')
  await mapLimited([...sshds.entries()], preparedAtOnce, ([index, sshd]) =>
    run(sshd, initialize(text, index)),
  )
  const planned = await planAll(inventoryFile)
  const plans = new Map(planned.clusters.flatMap(({ hosts }) => hosts).map((one) => [one.host, one]))
  await mapLimited(sshds, preparedAtOnce, async (sshd) => {
    const own = plans.get(sshd.target('root').name)
    if (own !== undefined) await run(sshd, [...own.changes.map(perform), startApiserver(own)])
  })
  checkDone(await planAll(inventoryFile))
}
