import { expect, test } from 'vitest'
import { projectsText, slowestText, type EndedFile } from './summary.ts'

const file = (project: string, path: string, began: number, ended: number): EndedFile => ({
  ...{ project, path, tests: 2, began: began * 1000, ended: ended * 1000 },
})

test('the ten slowest files, the slowest first', () => {
  const files = Array.from({ length: 12 }, (_, index) => file('unit', `test/${index}.test.ts`, 0, index * 12))
  const lines = slowestText(files).split('\n')
  expect(lines).toHaveLength(10)
  expect(lines[0]).toBe('  2 min 12 s  test/11.test.ts')
  expect(lines.at(-1)).toBe('        24 s  test/2.test.ts')
})

test('the time of each project, and the sum over its files', () => {
  const files = [
    file('unit', 'test/a.test.ts', 0, 4),
    file('ssh', 'test/b.ssh.test.ts', 4, 64),
    file('ssh', 'test/c.ssh.test.ts', 10, 100),
  ]
  expect(projectsText(files)).toBe(
    [
      '  unit   1 file  2 tests  4.0 s  (files together 4.0 s)',
      '  ssh   2 files  4 tests   96 s  (files together 2 min 30 s)',
    ].join('\n'),
  )
})
