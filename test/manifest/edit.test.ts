import { readFileSync } from 'node:fs'
import { diffLines } from 'diff'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { editStaticPod } from '../../src/manifest/edit.ts'
import { describeDifferences } from './describe-differences.ts'
import { hostPathOf } from '../../src/manifest/host-path.ts'
import { flagValues } from '../../src/manifest/flags.ts'
import { readStaticPod } from '../../src/manifest/static-pod.ts'
import { auditEdit, editOf, place } from './wanted.ts'

const kubeadm = readFileSync(new URL('fixtures/kubeadm.yaml', import.meta.url), 'utf8')

/** The lines that differ, in order, with `-` or `+` in front. */
function changedLines(before: string, after: string): string[] {
  return diffLines(before, after).flatMap(({ added, removed, value }) =>
    added || removed
      ? value
          .split(/\r?\n/)
          .slice(0, -1)
          .map((line) => (added ? `+${line}` : `-${line}`))
      : [],
  )
}

const added = `+    planewright.example/audit-policy: "1234e567"
+    - --audit-policy-file=/etc/kubernetes/audit-policy.yaml
+    - --audit-log-path=/var/log/kubernetes/audit/audit.log
+    - --audit-log-format=json
+    - --audit-log-maxage=30
+    - --audit-log-maxbackup=10
+    - --audit-log-maxsize=100
+    - name: audit-policy
+      mountPath: /etc/kubernetes/audit-policy.yaml
+      readOnly: true
+    - name: audit-logs
+      mountPath: /var/log/kubernetes/audit
+      readOnly: false
+  - name: audit-policy
+    hostPath:
+      path: /etc/kubernetes/audit-policy.yaml
+      type: File
+  - name: audit-logs
+    hostPath:
+      path: /var/log/kubernetes/audit
+      type: DirectoryOrCreate`.split('\n')

describe('editStaticPod on the manifest of kubeadm', () => {
  const edited = editStaticPod(kubeadm, auditEdit, place)

  test('adds these lines and changes no other', () => {
    expect(changedLines(kubeadm, edited)).toEqual(added)
  })

  test('names each difference', () => {
    expect(describeDifferences(kubeadm, auditEdit)).toHaveLength(11)
    expect(describeDifferences(edited, auditEdit)).toEqual([])
  })

  test('returns the very same text the second time', () => {
    expect(editStaticPod(edited, auditEdit, place)).toBe(edited)
  })

  test('makes a Pod whose flags point at mounted files', () => {
    const pod = readStaticPod(edited, 'kube-apiserver', place)
    const [path] = flagValues(pod.container.command, 'audit-log-path')
    expect(hostPathOf(pod, path ?? '')).toBe('/var/log/kubernetes/audit/audit.log')
    expect(pod.annotations['planewright.example/audit-policy']).toBe('1234e567')
  })

  test('with CRLF, and with a byte-order mark, and without a line end at the end', () => {
    const odd = `\uFEFF${kubeadm.replaceAll('\n', '\r\n').trimEnd()}`
    expect(editStaticPod(odd, auditEdit, place)).toBe(`\uFEFF${edited.replaceAll('\n', '\r\n').trimEnd()}`)
  })

  test('that ends with a volume and without a line end', () => {
    const cut = kubeadm.replace(/\nstatus: \{\}\n$/, '')
    const result = editStaticPod(cut, auditEdit, place)
    expect(result).toBe(edited.replace(/\nstatus: \{\}\n$/, ''))
    // Two line ends at the end become one again.
    const volume = '\n  - hostPath: {path: /var/log/kubernetes/audit}\n    name: logs'
    expect(editStaticPod(result + volume, auditEdit, place)).toBe(result)
    expect(editStaticPod(`${result}${volume} # again`, auditEdit, place)).toBe(`${result}\n  # again`)
  })

  test('keeps a manifest that is written as JSON in that form', () => {
    for (const space of [0, 2, '\t']) {
      const json = JSON.stringify(parse(kubeadm), null, space)
      const result = editStaticPod(json, auditEdit, place)
      expect(JSON.parse(result)).toEqual(parse(edited))
      expect(editStaticPod(result, auditEdit, place)).toBe(result)
      if (space !== 0)
        expect(changedLines(json, result).filter((line) => line.startsWith('-')).length).toBe(4)
    }
  })

  test('misses only the annotation if kubeadm regenerated the manifest from its own configuration', () => {
    const regenerated = edited
      .replace(/ {4}planewright.*\n/, '')
      .replace('      readOnly: false\n', '')
      .replace(/((?: {4}- --audit.*\n)+)/, '')
      .replace(
        '    - --authorization-mode',
        `${[...edited.matchAll(/ {4}- --audit.*\n/g)].toSorted().join('')}    - --authorization-mode`,
      )
    expect(describeDifferences(regenerated, auditEdit)).toEqual([
      'annotation planewright.example/audit-policy is missing',
    ])
  })
})

const head = 'apiVersion: v1\nkind: Pod\n'
const spec = 'spec: {containers: [{name: kube-apiserver}]}\n'

describe('editStaticPod and annotations', () => {
  test.each<[string, string, string, string[]]>([
    [
      'none yet',
      'metadata:\n  name: a\n',
      'metadata:\n  name: a\n  annotations:\n    x/y: b\n',
      ['annotation x/y is missing'],
    ],
    [
      'in a flow mapping',
      'metadata: {name: a}\n',
      'metadata: {name: a, annotations: {x/y: b}}\n',
      ['annotation x/y is missing'],
    ],
    [
      'null',
      'metadata:\n  annotations: # none\n  name: a\n',
      'metadata:\n  annotations: # none\n    x/y: b\n  name: a\n',
      ['annotation x/y is missing'],
    ],
    [
      'empty',
      'metadata:\n  annotations: {}\n  name: a\n',
      'metadata:\n  annotations:\n    x/y: b\n  name: a\n',
      ['annotation x/y is missing'],
    ],
    [
      'another value, with quotes and a comment',
      `metadata:\n  annotations:\n    "x/y": 'a' # hash\n    z: |\n      text\n  name: a\n`,
      `metadata:\n  annotations:\n    "x/y": 'b' # hash\n    z: |\n      text\n  name: a\n`,
      ['annotation x/y is a, should be b'],
    ],
    [
      'behind a text of several lines',
      'metadata:\n  annotations:\n    z: |\n      text\n\n  name: a\n',
      'metadata:\n  annotations:\n    z: |\n      text\n    x/y: b\n\n  name: a\n',
      ['annotation x/y is missing'],
    ],
    [
      'behind a text whose line ends all count',
      'metadata:\n  name: a\n  annotations:\n    z: |+\n      text\n\n',
      'metadata:\n  name: a\n  annotations:\n    z: |+\n      text\n\n    x/y: b\n',
      ['annotation x/y is missing'],
    ],
    [
      'no value',
      'metadata:\n  annotations: {x/y: , a: b}\n  name: a\n',
      'metadata:\n  annotations: {x/y: b, a: b}\n  name: a\n',
      ['annotation x/y is null, should be b'],
    ],
    [
      'right',
      'metadata: {name: a, annotations: {x/y: "b"}}\n',
      'metadata: {name: a, annotations: {x/y: "b"}}\n',
      [],
    ],
  ])('%s', (_, before, after, differences) => {
    const edit = editOf({ annotations: { 'x/y': 'b' } })
    expect(editStaticPod(head + before + spec, edit, place)).toBe(head + after + spec)
    expect(editStaticPod(head + after + spec, edit, place)).toBe(head + after + spec)
    expect(describeDifferences(head + before + spec, edit)).toEqual(differences)
  })

  test.each([
    '30',
    '1e3',
    '0777',
    '1_000',
    '0x1f',
    '0b1',
    '.5',
    '-1',
    '1.5',
    '12:30:00',
    '2020-01-01',
    '.inf',
    '.nan',
    'yes',
    'No',
    'ON',
    'y',
    'true',
    'null',
    '~',
    '',
    ' ',
    'a ',
    '=',
    '<<',
    '*a',
    '&a',
    '!a',
    '@a',
    '`a',
    '%a',
    '- a',
    '-',
    '--',
    '---',
    '...',
    '? a',
    '?',
    'a: b',
    'a:',
    'a #b',
    '#',
    '[',
    '{}',
    '"',
    "'",
    '|',
    '>',
    ',',
    'a\tb',
    'a\nb',
    '\u00a0',
    '\uFEFF',
    'ä',
    'constructor',
    '0',
    '1234e567',
  ])('the value %j is read again as that string by YAML 1.1 and 1.2', (value) => {
    const edit = editOf({ annotations: { z: value } })
    for (const before of [
      'metadata:\n  name: a\n',
      'metadata: {name: a}\n',
      `metadata: {name: a, annotations: {z: 'x'}}\n`,
    ]) {
      const text = editStaticPod(head + before + spec, edit, place)
      for (const version of ['1.1', '1.2'] as const) {
        expect(parse(text, { version })).toHaveProperty(['metadata', 'annotations', 'z'], value)
      }
      expect(text.split('\n')).toHaveLength(
        (head + before + spec).split('\n').length + (before.includes('{') ? 0 : 2),
      )
    }
  })

  test('a number becomes a string', () => {
    const edit = editOf({ annotations: { z: '30' } })
    const text = `${head}metadata: {name: a, annotations: {z: 30}}\n${spec}`
    expect(editStaticPod(text, edit, place)).toBe(text.replace('z: 30', 'z: "30"'))
    expect(describeDifferences(text, edit)).toEqual(['annotation z is not a string'])
  })

  test('names that are properties of every JavaScript object', () => {
    const edit = editOf({ annotations: { constructor: 'a', toString: 'b' } })
    const text = editStaticPod(`${head}metadata: {name: a}\n${spec}`, edit, place)
    expect(text).toContain('annotations: {constructor: a, toString: b}')
  })
})
