import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { PlanewrightError } from '../../src/error.ts'
import { readStaticPod } from '../../src/manifest/static-pod.ts'
import { place } from './wanted.ts'

const kubeadm = readFileSync(new URL('fixtures/kubeadm.yaml', import.meta.url), 'utf8')

/** The error with which a text is refused. */
function refusal(text: string): PlanewrightError {
  try {
    readStaticPod(text, 'kube-apiserver', place)
  } catch (error) {
    if (error instanceof PlanewrightError) return error
    throw error
  }
  throw new Error('It was read.')
}

const head = 'apiVersion: v1\nkind: Pod\nmetadata: {name: kube-apiserver}\n'

describe('readStaticPod', () => {
  test('reads what kubeadm writes', () => {
    const pod = readStaticPod(kubeadm, 'kube-apiserver', place)
    expect(pod).toMatchObject({
      name: 'kube-apiserver',
      namespace: 'kube-system',
      container: {
        name: 'kube-apiserver',
        image: expect.stringMatching(/kube-apiserver:v1/) as string,
        args: [],
        runAsUser: undefined,
      },
    })
    expect(pod.container.command.slice(0, 2)).toEqual([
      'kube-apiserver',
      expect.stringMatching(/^--advertise-address=/),
    ])
    expect(pod.container.mounts).toContainEqual({
      name: 'k8s-certs',
      mountPath: '/etc/kubernetes/pki',
      readOnly: true,
    })
    expect(pod.volumes).toContainEqual({
      name: 'k8s-certs',
      hostPath: { path: '/etc/kubernetes/pki', type: 'DirectoryOrCreate' },
    })
    expect(Object.keys(pod.annotations)).toContain(
      'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint',
    )
  })

  test('fills in what is left out', () => {
    const text = `${head}spec:
  securityContext: {runAsUser: 1, runAsGroup: 2}
  containers: [{name: kube-apiserver, command: null, volumeMounts: null, securityContext: {runAsUser: 65534}}]
  volumes: [{name: a, emptyDir: {}}, {name: b, hostPath: {path: /b}}]`
    expect(readStaticPod(text, 'kube-apiserver', place)).toEqual({
      name: 'kube-apiserver',
      namespace: 'default',
      annotations: {},
      container: {
        name: 'kube-apiserver',
        image: undefined,
        command: [],
        args: [],
        mounts: [],
        runAsUser: 65534,
        runAsGroup: 2,
      },
      volumes: [{ name: 'a' }, { name: 'b', hostPath: { path: '/b', type: '' } }],
    })
  })

  test('follows aliases and merge keys, and reads booleans as the kubelet does', () => {
    const text = `${head}spec:
  containers:
  - name: kube-apiserver
    command: &command [kube-apiserver, &age --audit-log-maxage=1, *age]
    args: *command
    volumeMounts:
    - &mount {name: a, mountPath: /a, readOnly: yes}
    - {<<: *mount, mountPath: /b}`
    const { container } = readStaticPod(text, 'kube-apiserver', place)
    expect(container.args).toEqual(['kube-apiserver', '--audit-log-maxage=1', '--audit-log-maxage=1'])
    expect(container.mounts).toEqual([
      { name: 'a', mountPath: '/a', readOnly: true },
      { name: 'a', mountPath: '/b', readOnly: true },
    ])
  })

  test.each<[string, string, Partial<Record<'message' | 'why', RegExp>>, [number?, number?]]>([
    [
      'a tab',
      'spec:\n\tcontainers: []',
      { message: /not YAML/, why: /Tabs are not allowed as indentation/ },
      [2, 1],
    ],
    ['a bracket left open', 'spec: [1,\nkind: Pod', { message: /not YAML/ }, [2, 1]],
    ['a key twice', 'kind: Pod\nkind: Pod', { message: /not YAML/, why: /keys must be unique/ }, [2, 1]],
    ['a template', 'spec:\n  {{- range .Values.x }}\n  a: b', { message: /not YAML/ }, []],
    [
      'a brace in front of what is no JSON',
      '{kind: Pod}',
      { message: /not JSON/, why: /kubelet reads it as JSON/ },
      [],
    ],
    ['nothing', '', { message: /empty/ }, []],
    ['comments alone', '# nothing\n---\n', { message: /empty/ }, []],
    ['a list', '- kind: Pod', { message: /not a Pod/ }, []],
    ['a word', 'Pod', { message: /not a Pod/ }, []],
    ['two documents', `${head}---\n# second\n${head}`, { message: /several YAML documents/ }, [6, 1]],
    ['a Pod behind an empty document', `---\n---\n${head}`, { message: /several YAML documents/ }, [3, 1]],
    [
      'another kind',
      'apiVersion: v1\nkind: Service',
      { message: /not a valid Pod/, why: /kind: .*"Pod"/ },
      [2, 7],
    ],
    ['another version', 'apiVersion: v2\nkind: Pod', { why: /apiVersion: .*"v1"/ }, [1, 13]],
    ['no name', 'apiVersion: v1\nkind: Pod\nmetadata: {}\nspec: {}', { why: /metadata\.name: / }, [3, 11]],
    ['no spec', head, { why: /spec: / }, [1, 1]],
    ['no containers', `${head}spec: {}`, { why: /spec\.containers: / }, [4, 7]],
    ['an empty list of containers', `${head}spec: {containers: []}`, { why: /spec\.containers: / }, [4, 20]],
    [
      'a number among the flags',
      `${head}spec:\n  containers:\n  - name: kube-apiserver\n    command:\n    - kube-apiserver\n    - 5`,
      { why: /spec\.containers\[0\]\.command\[1\]: / },
      [9, 7],
    ],
    [
      'another container',
      `${head}spec: {containers: [{name: etcd}]}`,
      { message: /no container kube-apiserver/, why: /etcd/ },
      [],
    ],
    [
      'the container twice',
      `${head}spec: {containers: [{name: kube-apiserver}, {name: kube-apiserver}]}`,
      { message: /several containers/ },
      [],
    ],
    [
      'aliases without end',
      `${head}x: &x [1]\ny: &y [${Array(150).fill('*x').join(',')}]\nspec: *y`,
      { message: /cannot be resolved/ },
      [],
    ],
  ])('refuses %s', (_, text, words, [line, column]) => {
    const error = refusal(text)
    expect(error.code).toBe('manifest')
    if (words.message) expect(error.message).toMatch(words.message)
    if (words.why) expect(error.why).toMatch(words.why)
    expect(error.remedy).toBeTruthy()
    expect(error.where).toMatchObject({ ...place, ...(line ? { line, column } : {}) })
  })
})
