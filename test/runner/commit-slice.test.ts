import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isOnPath } from '../lab/packages.ts'
import { readCommit, sliceOf } from './commit-slice.ts'

const noGit = isOnPath('git') ? undefined : 'there is no git here'

if (noGit !== undefined) console.warn(`skipped: ${noGit}`)

test('consecutive commits run every slice', () => {
  const seen = [141, 142, 143, 144, 145].map((number) => sliceOf({ number }, 5).index)
  expect(seen.toSorted()).toEqual([1, 2, 3, 4, 5])
})

describe.skipIf(noGit !== undefined)('a repository', () => {
  let folder: string
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'planewright-git-'))
    git('init', 'whole')
    const commit = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '--allow-empty']
    for (const message of ['one', 'two', 'three']) git('-C', 'whole', ...commit, '-m', message)
    git('clone', '--depth', '1', `file://${folder}/whole`, 'shallow')
  })

  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  test('the number of the commit decides', () => {
    expect(sliceOf(readCommit(path.join(folder, 'whole')), 5)).toEqual({
      ...{ index: 4, count: 5, reason: 'this is commit number 3' },
    })
  })

  test('of a shallow history, only the hash is known', () => {
    expect(readCommit(path.join(folder, 'shallow'))).toEqual({
      hash: git('-C', 'shallow', 'rev-parse', 'HEAD').trim(),
    })
  })
})

test('in a shallow history the hash decides, and the reason says so', () => {
  const { index, reason } = sliceOf({ hash: '0000000dffffffffffffffffffffffffffffffff' }, 5)
  expect(index).toBe(4)
  expect(reason).toContain('the history is shallow')
})

test('without git history it is the first slice', () => {
  expect(readCommit(path.parse(import.meta.dirname).root)).toBeUndefined()
  expect(sliceOf(undefined, 5)).toMatchObject({ index: 1, count: 5 })
})
