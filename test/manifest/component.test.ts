import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { runsComponent } from '../../src/manifest/component.ts'

const kubeadm = readFileSync(new URL('fixtures/kubeadm.yaml', import.meta.url), 'utf8')

function podOf(container: string): string {
  return `kind: Pod\nspec:\n  containers:\n  - ${container}\n`
}

describe('runsComponent', () => {
  test.each([
    ['the manifest of kubeadm', kubeadm],
    [
      'a backup of it under another pod and container name',
      kubeadm.replaceAll('name: kube-apiserver', 'name: old'),
    ],
    ['a container name alone', podOf('name: kube-apiserver')],
    ['a program with its path', podOf('{name: x, command: [/usr/local/bin/kube-apiserver]}')],
    [
      'args behind go-runner',
      podOf('{name: x, command: [/go-runner], args: [--also-stdout, /bin/kube-apiserver]}'),
    ],
    [
      'a shell program',
      podOf('{name: x, command: [sh, -c, "exec /usr/local/bin/kube-apiserver --a=b 2>&1"]}'),
    ],
    [
      'a shell program in args',
      podOf('{name: x, command: [/bin/bash], args: [-ec, "sleep 1;kube-apiserver&"]}'),
    ],
    ['an init container', 'kind: Pod\nspec: {containers: [], initContainers: [{name: kube-apiserver}]}'],
    ['JSON', '{"kind":"Pod","spec":{"containers":[{"name":"kube-apiserver"}]}}'],
    ['equal keys, of which the kubelet takes the last', podOf('name: x\n    name: kube-apiserver')],
    ['CRLF', kubeadm.replaceAll('\n', '\r\n')],
  ])('sees it in %s', (_, text) => {
    expect(runsComponent(text, 'kube-apiserver')).toBe(true)
  })

  test.each([
    ['another component', kubeadm.replaceAll('kube-apiserver', 'kube-scheduler')],
    ['a Deployment', kubeadm.replace('kind: Pod', 'kind: Deployment')],
    ['a flag whose value ends like it', podOf('{name: x, command: [y, --log-file=/var/log/kube-apiserver]}')],
    [
      'a shell program that only mentions it',
      podOf('{name: x, command: [sh, -c, "echo kube-apiserver-is-up"]}'),
    ],
    ['no YAML', 'kind: Pod\n\tspec: kube-apiserver'],
    ['nothing', ''],
    ['a binary', '\u0000\u0001kube-apiserver'],
    ['a list', '- kind: Pod'],
    ['a Pod without a spec', 'kind: Pod'],
    ['containers that are none', 'kind: Pod\nspec: {containers: [null, 1, kube-apiserver]}'],
    [
      'a billion laughs',
      `a: &a [1,1,1,1,1,1,1,1,1]\n${laughs()}kind: Pod\nspec: {containers: [{name: kube-apiserver}]}\n`,
    ],
  ])('does not see it in %s', (_, text) => {
    expect(runsComponent(text, 'kube-apiserver')).toBe(false)
  })
})

function laughs(): string {
  const names = Array.from('abcdefghi')
  return names
    .slice(1)
    .map(
      (name, index) =>
        `${name}: &${name} [${Array(9)
          .fill(`*${names[index] ?? ''}`)
          .join(',')}]\n`,
    )
    .join('')
}
