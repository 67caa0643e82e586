import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { strikeFromRetryFile, writeRetryFile } from '../../src/inventory/retry-file.ts'
import { refusalOf, writeFiles } from './written-files.ts'

const inventory = new Set(['cp1', 'cp2', 'cp3', 'with space'])

/** Makes a file with this text. For undefined, returns a path that does not exist. */
async function fileWith(text: string | undefined): Promise<string> {
  const folder = await writeFiles(text === undefined ? {} : { left: text })
  return path.join(folder, 'left')
}

async function textOf(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined)
}

describe('the list of hosts that are left', () => {
  test.each([
    ['where there is no file', undefined],
    ['over an empty file', ''],
    ['over what an earlier run left', 'cp3\ncp2\n'],
    ['over what was left of another inventory', 'db1.example\n2001:db8::1\n'],
    ['over a name that only this inventory has', 'with space\n'],
  ])('is written %s', async (_name, before) => {
    const file = await fileWith(before)
    writeRetryFile(file, ['cp1', 'with space'], inventory)
    expect(await textOf(file)).toBe('cp1\nwith space\n')
  })

  test.each([
    ['an inventory', 'all:\n  hosts:\n    cp1:\n'],
    ['a list with a remark', '# mine\ncp1\n'],
    ['a pattern', 'cp1\nlab:!cp2\n'],
    ['empty lines', 'cp1\n\ncp2\n'],
  ])('is not written over %s', async (_name, before) => {
    const file = await fileWith(before)
    expect(
      await refusalOf(() => {
        writeRetryFile(file, ['cp1', 'cp2'], inventory)
      }),
    ).toMatchObject({
      message: `the hosts that are left cannot be written to ${file}`,
      why: 'The file has something else in it than one host name on each line.',
      remedy: 'The hosts are cp1 cp2. Choose another file: --retry-file PATH.',
    })
    expect(await textOf(file)).toBe(before)
  })

  test('is in the error if it cannot be written', async () => {
    const file = path.join(await fileWith(''), 'below')
    const error = await refusalOf(() => {
      writeRetryFile(file, ['cp1'], inventory)
    })
    expect(error.why).toContain('ENOTDIR')
    expect(error.remedy).toContain('The hosts are cp1.')
  })

  test('is written to a device without replacing the device', () => {
    writeRetryFile('/dev/null', ['cp1'], inventory)
    strikeFromRetryFile('/dev/null', ['cp1'], inventory)
  })
})

describe('what is done', () => {
  test.each([
    ['goes, and the file with it', 'cp1\ncp2\n', ['cp1', 'cp2', 'cp3'], undefined],
    ['goes, and the others stay', 'cp1\ncp2\ncp3\n', ['cp2'], 'cp1\ncp3\n'],
    ['was not left', 'cp1\n', ['cp2'], 'cp1\n'],
    ['leaves an empty file alone', '', ['cp1'], ''],
    ['needs no file', undefined, ['cp1'], undefined],
    ['leaves a file with hosts of another inventory', 'cp1\ndb1\n', ['cp1'], 'cp1\ndb1\n'],
    ['leaves a file of another kind', '# mine\ncp1\n', ['cp1'], '# mine\ncp1\n'],
  ])('%s', async (_name, before, done, after) => {
    const file = await fileWith(before)
    strikeFromRetryFile(file, done, inventory)
    expect(await textOf(file)).toBe(after)
  })

  test('is not looked for in a folder', async () => {
    const folder = await fileWith(undefined)
    await mkdir(folder)
    await writeFile(path.join(folder, 'left'), 'cp1\n')
    strikeFromRetryFile(folder, ['cp1'], inventory)
    expect(await textOf(path.join(folder, 'left'))).toBe('cp1\n')
  })
})
