import { afterAll, expect, test } from 'vitest'
import { sha256 } from '../../src/host/answer.ts'
import { guardParts } from '../support/guard-script.ts'
import { firstHost, useNodeLab } from '../support/lab.ts'
import { onNode } from '../support/node.ts'

const lab = await useNodeLab()
const first = firstHost(lab)
const manifest = '/etc/kubernetes/manifests/kube-apiserver.yaml'
const transaction = '/tmp/planewright-held-pod'

afterAll(() => onNode(first, `rm -rf ${transaction} /etc/kubernetes/.planewright-held-*`))

test('the guard puts in again a manifest that the kubelet has not taken up, and the pod starts within 10 s', async () => {
  const before = await onNode(first, `cat ${manifest}`)
  // The kubelet takes this for another pod, because a static pod's uid is the hash of its manifest.
  const after = before.replace('  annotations:', '  annotations:\n    planewright.dev/held-pod: "1"')
  const sums = [sha256(before), sha256(after)]
  const change = `file ${sums.join(' ')} ${sums.join(',')} 0600 0:0 open\n${manifest}\n/etc/kubernetes\n`
  const encoded = (text: string) => Buffer.from(text).toString('base64')
  const script = [
    `mkdir -p ${transaction}/changes`,
    `echo ${encoded(change)} | base64 -d >${transaction}/changes/0`,
    `root=${transaction} id=held transaction=${transaction} manifest=0 count=1 component=kube-apiserver port=6443 drain=5`,
    `way=swift is_rebooted=no old_pid=0 old_ticks=0 others= arguments= known_containers= awaited=no is_coded=yes`,
    ...guardParts,
    `load 0; echo ${encoded(after)} | base64 -d >"$staged"; chmod 600 "$staged"`,
    'find_latest; old_pid=$new_pid old_ticks=$new_ticks',
    'find_kubelet; read_boot; read_clock; begun=$now',
    // Skips the wait until the kubelet has forgotten the old pod, so that its worker still holds the pod's name.
    'await_forgotten() { :; }',
    'restart_swiftly; read_clock; from=$now',
    'await_start "$logs_before" || echo "$reason"; read_clock',
    'grep "not taken it up" "$transaction/journal"; echo $((now - from))',
  ]
  const [journal, hundredths] = (await onNode(first, script.join('\n'))).trim().split('\n')
  expect(journal).toBe('the kubelet had not taken it up: the manifest was offered again')
  // Otherwise the pod waits for at least 10 s (backOffPeriod, k/k pkg/kubelet/kubelet.go, 1.37).
  expect(Number(hundredths)).toBeLessThan(1000)
})
