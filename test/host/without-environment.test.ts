import { expect, test } from 'vitest'
import { textPatch } from '../../src/host/text-patch.ts'
import { withoutEnvironment } from '../../src/host/without-environment.ts'

test.each([
  [
    'a block',
    'env:\n- name: P\n  value: http://u:secret@p\nimage: x\n',
    'env:\n- name: P\n  value: (not shown)\nimage: x\n',
  ],
  ['quotes', 'env:\n- value: "a secret"\n  name: P\n', 'env:\n- value: (not shown)\n  name: P\n'],
  ['braces', 'extraEnvs: [{name: P, value: secret}]\n', 'extraEnvs: [{name: P, value: (not shown)}]\n'],
  ['JSON', '{"env":[{"name":"P","value":"secret"}]}', '{"env":[{"name":"P","value":(not shown)}]}'],
  [
    'several lines',
    'env:\n- value: |\n    a secret\n    more secret\n  name: P\n',
    'env:\n- value: (not shown)\n  name: P\n',
  ],
  ['CRLF', 'env:\r\n- value: secret\r\n  name: P\r\n', 'env:\r\n- value: (not shown)\r\n  name: P\r\n'],
  ['a text that is broken elsewhere', 'env:\n- value: secret\nx: [\n', 'env:\n- value: (not shown)\nx: [\n'],
  ['a second document', 'a: 1\n---\nenv:\n- value: secret\n', 'a: 1\n---\nenv:\n- value: (not shown)\n'],
])('values of environment variables are taken out of %s', (_, text, shown) => {
  expect(withoutEnvironment(text)).toBe(shown)
})

test.each([
  'extraArgs:\n- name: v\n  value: "2"\n',
  'env: production\n',
  'env:\n- name: P\n  valueFrom:\n    fieldRef: x\n',
  'no yaml at all: [env',
  '',
])('anything else stays as it is: %j', (text) => {
  expect(withoutEnvironment(text)).toBe(text)
})

test('a patch says where only such values differ', () => {
  const of = (value: string) => ({ name: value, text: `env:\n- name: P\n  value: ${value}\n` })
  const patch = textPatch({ ...of('old secret'), name: 'a' }, { ...of('new secret'), name: 'b' })
  expect(patch).toBe(
    '--- a\n+++ b\n(only values of environment variables differ; planewright does not show them)\n',
  )
  expect(textPatch(of('a'), of('a'))).toBe('')
})
