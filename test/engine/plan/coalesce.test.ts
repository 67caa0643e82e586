import { expect, test } from 'vitest'
import { coalesce } from '../../../src/engine/plan/coalesce.ts'
import { sha256 } from '../../../src/host/answer.ts'
import type { DirectoryChange, FileChange, FileState } from '../../../src/host/change.ts'

function state(content: string): FileState {
  return { content, sha256: sha256(content), mode: 0o600, owner: 0, group: 0 }
}

/** A file's change: its path, and a letter each for the content before and after. `-` stands for no file. */
function file(path: string, [before = '-', after = '-']: readonly string[], sensitive = false): FileChange {
  return {
    kind: 'file',
    task: 'test',
    path,
    differences: [{ kind: 'owner', is: before, should: after }],
    before: before === '-' ? null : state(before),
    after: state(after),
    sensitive,
    stagedIn: '/etc',
  }
}

function directory(path: string, before: number | null, after: number): DirectoryChange {
  const permissions = (mode: number) => ({ mode, owner: 0, group: 0 })
  return {
    kind: 'directory',
    task: 'test',
    path,
    differences: [],
    before: before === null ? null : permissions(before),
    after: permissions(after),
  }
}

function told(changes: ReturnType<typeof coalesce>): readonly string[] {
  return changes.map((change) => {
    if (change.kind === 'directory')
      return `${change.path} ${String(change.before?.mode)} ${change.after.mode}`
    return `${change.path} ${change.before?.content ?? '-'}${change.after?.content ?? '-'}`
  })
}

test.each([
  ['none', [], []],
  ['different paths stay as they are', [file('/a', ['-', 'x']), file('/b', ['x', 'y'])], ['/a -x', '/b xy']],
  ['two of one path are one', [file('/a', ['x', 'y']), file('/a', ['y', 'z'])], ['/a xz']],
  ['a new file', [file('/a', ['-', 'y']), file('/a', ['y', 'z'])], ['/a -z']],
  [
    'three of one path are one, where the last stands',
    [file('/a', ['x', 'y']), file('/b', ['-', 'p']), file('/a', ['y', 'z']), file('/a', ['z', 'w'])],
    ['/b -p', '/a xw'],
  ],
  [
    'a directory stays before what is in it',
    [directory('/d', null, 1), file('/d/a', ['-', 'x']), directory('/d', 1, 2)],
    ['/d undefined 2', '/d/a -x'],
  ],
])('%s', (_, changes, expected) => {
  expect(told(coalesce(changes))).toEqual(expected)
})

test('if one of the changes is sensitive, the result is sensitive', () => {
  const [joined] = coalesce([file('/a', ['x', 'y'], true), file('/a', ['y', 'z'])])
  const differences = [
    { kind: 'owner', is: 'x', should: 'y' },
    { kind: 'owner', is: 'y', should: 'z' },
  ]
  expect(joined).toMatchObject({ sensitive: true, differences })
})
