import { expect, test } from 'vitest'
import {
  differenceText,
  distinctDifferences,
  type Difference,
  type DifferenceKind,
} from '../../src/difference/difference.ts'

/** The fields of a difference of this kind. Some kinds have the same fields. */
type Of<Kind, One = Difference> = One extends { readonly kind: infer Kinds }
  ? Kind extends Kinds
    ? Omit<One, 'kind'>
    : never
  : never

/** An example of each kind, and the text that a person reads. */
const table: { readonly [Kind in DifferenceKind]: readonly [example: Of<Kind>, text: string] } = {
  'file-missing': [{}, 'the file is missing'],
  'directory-missing': [{}, 'the directory is missing'],
  content: [{}, 'the content differs'],
  mode: [{ is: 0o700, should: 0o1755 }, 'mode is 0700, should be 1755'],
  owner: [{ is: '0:0', should: '1:2' }, 'owner is 0:0, should be 1:2'],
  'rolled-back': [{}, 'it goes back'],
  'not-there-before': [{}, 'it was not there'],
  'ownership-rolled-back': [{}, 'its mode or owner goes back'],
  'manifest-rolled-back': [{}, 'its manifest goes back'],
  'manifest-changes': [{}, 'its manifest changes'],
  unchanged: [{}, 'it stays as it is'],
  'not-running': [{ component: 'etcd' }, 'etcd is not running'],
  'waits-for-file': [{ path: '/p' }, 'it waits for /p'],
  'process-lacks-flag': [{ flag: 'f' }, 'the running process has no --f'],
  'process-repeats-flag': [{ flag: 'f', times: 2 }, 'the running process has --f 2 times'],
  'process-flag-value': [{ flag: 'f', is: '1', should: '2' }, 'the running process has --f=1, should have 2'],
  'process-has-old-directory': [
    { path: '/p' },
    'the running process has another /p open than the host has now',
  ],
  'process-read-lost-file': [
    { path: '/p' },
    '/p is missing, and nothing tells what the running process read',
  ],
  'process-read-other-file': [{ path: '/p' }, 'the running process read a /p that it should not have read'],
  'process-older-than-file': [
    { path: '/p' },
    '/p is newer than the running process, which read it when it started',
  ],
  'annotation-missing': [{ annotation: 'a' }, 'annotation a is missing'],
  'annotation-not-string': [{ annotation: 'a' }, 'annotation a is not a string'],
  'annotation-value': [{ annotation: 'a', is: '1', should: '2' }, 'annotation a is 1, should be 2'],
  'flag-missing': [{ flag: 'f', should: '' }, 'flag --f is missing, should be ""'],
  'flag-repeated': [{ flag: 'f', times: 2 }, 'flag --f is set twice'],
  'flag-value': [{ flag: 'f', is: '', should: '1' }, 'flag --f is "", should be 1'],
  'flag-spelling': [{ flag: 'f', is: '-f 1' }, 'flag --f is written as "-f 1"'],
  'volume-missing': [{ volume: 'v' }, 'volume v is missing'],
  'volume-repeated': [{ volume: 'v' }, 'volume v is there more than once'],
  'volume-unused': [{ volume: 'v' }, 'volume v is not used any more'],
  'volume-name': [{ volume: 'v', is: 'w' }, 'volume v is named w'],
  'volume-same-path': [{ volume: 'v', other: 'w' }, 'volume w has the same host path as volume v'],
  'volume-source': [{ volume: 'v', is: [] }, 'volume v is of no kind, should be hostPath'],
  'volume-more-sources': [
    { volume: 'v', is: ['emptyDir', 'secret'] },
    'volume v is emptyDir, secret as well',
  ],
  'volume-path': [
    { volume: 'v', is: null, should: '/p' },
    'volume v: hostPath.path is not set, should be /p',
  ],
  'volume-type': [
    { volume: 'v', is: 'Directory', should: 'File' },
    'volume v: hostPath.type is Directory, should be File',
  ],
  'mount-missing': [{ mount: 'm' }, 'mount m is missing'],
  'mount-repeated': [{ mount: 'm' }, 'mount m is there more than once'],
  'mount-name': [{ mount: 'm', is: 'n' }, 'mount m is named n'],
  'mount-path': [{ mount: 'm', is: '/a', should: '/b' }, 'mount m: mountPath is /a, should be /b'],
  'mount-read-only': [{ mount: 'm', is: false }, 'mount m: readOnly is false, should be true'],
  'mount-beside': [{ mount: 'm', other: 'n', path: '/p' }, 'mount n at /p is there beside mount m'],
  'mount-field': [{ mount: 'm', field: 'subPath', is: 'x' }, 'mount m: subPath is x, should not be there'],
  'mount-volume': [
    { path: '/p', container: 'c', is: 'v', should: 'w' },
    'mount /p in container c uses volume v, should be w',
  ],
}

test.each(Object.entries(table))('%s', (kind, [example, text]) => {
  expect(differenceText({ kind, ...example } as Difference)).toBe(text)
})

test('a flag that appears more than twice is counted', () => {
  expect(differenceText({ kind: 'flag-repeated', flag: 'f', times: 3 })).toBe('flag --f is set 3 times')
})

test('a difference that several tasks found appears once', () => {
  const [a, b] = [
    { kind: 'waits-for-file', path: '/a' },
    { kind: 'waits-for-file', path: '/b' },
  ] as const
  expect(distinctDifferences([a, b, { ...a }])).toEqual([a, b])
})
