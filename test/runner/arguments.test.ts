import { expect, test } from 'vitest'
import { essentialArguments, sliceArguments } from './arguments.ts'

const essential = ['--project=unit', '--project=ssh', '--project=package', '--project=smoke']

test.each([
  ['nothing', [], essential],
  [
    'options that choose no file',
    ['-t', 'undone', '--bail', '1'],
    [...essential, '-t', 'undone', '--bail', '1'],
  ],
  ['a project', ['--project', 'cluster'], ['--project', 'cluster']],
  ['files', ['test/cli', '-t', 'undone'], ['test/cli', '-t', 'undone']],
  ['both', ['--project=unit', 'test/inventory'], ['--project=unit', 'test/inventory']],
])('npm test with %s', (_what, args, expected) => {
  expect(essentialArguments(args)).toEqual(expected)
})

test.each([
  ['nothing', [], []],
  ['a slice', ['--slice', '2/5'], ['--shard=2/5']],
  ['a slice in one word', ['--bail=1', '--slice=2/5'], ['--bail=1', '--shard=2/5']],
  ['more behind it', ['--slice', '2/5', '--project', 'cluster'], ['--shard=2/5', '--project', 'cluster']],
])('npm run test:all with %s', (_what, args, expected) => {
  expect(sliceArguments(args)).toEqual(expected)
})

test.each([[['--slice', '6/5']], [['--slice', '--bail']], [['--slice']], [['--slice=']]])(
  'npm run test:all with %j is refused',
  (args) => {
    expect(() => sliceArguments(args)).toThrow(expect.objectContaining({ code: 'usage' }))
  },
)
