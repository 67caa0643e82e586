import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { keepHostsLeft } from '../../src/cli/keep-hosts-left.ts'
import type { HostStatus } from '../../src/engine/values/outcome.ts'
import { writeFiles } from '../inventory/written-files.ts'

/** The messages and the retry file after a run of cp1 and cp2 with these outcomes. */
async function keptAfter(
  resume: string,
  ended: Readonly<Record<string, HostStatus>>,
  { before, file = 'left' }: { readonly before?: string; readonly file?: string } = {},
) {
  const place = path.join(await writeFiles(before === undefined ? {} : { [file]: before }), file)
  const left = keepHostsLeft(resume, { retryFile: place })
  left.listener({ type: 'hosts-selected', hosts: ['cp1', 'cp2'], inventory: ['cp1', 'cp2', 'cp3'] })
  for (const [host, status] of Object.entries(ended)) left.listener({ type: 'host-ended', host, status })
  const said: string[] = []
  left.keep({
    hint: (text) => said.push(text),
    warn: ({ message, remedy }) => said.push(`${message}: ${remedy ?? ''}`),
  })
  const text = await readFile(place, 'utf8').catch(() => undefined)
  return { said: said.join('\n').replaceAll(path.dirname(place), 'FOLDER'), text }
}

describe('the hosts that a run has left', () => {
  test.each<[Readonly<Record<string, HostStatus>>, string, string]>([
    [{ cp1: 'changed', cp2: 'failed' }, 'cp2\n', '1 host is'],
    [{ cp1: 'unreachable', cp2: 'skipped' }, 'cp1\ncp2\n', '2 hosts are'],
    [{ cp1: 'ok' }, 'cp2\n', '1 host is'],
    [{}, 'cp1\ncp2\n', '2 hosts are'],
  ])('%j: %j', async (ended, text, are) => {
    const kept = await keptAfter('planewright apply', ended, { before: 'cp3\n' })
    expect(kept).toEqual({ text, said: `${are} left. Go on with: planewright apply … -l '@FOLDER/left'` })
  })

  test('of a rollback: the message names rollback as the command to go on with', async () => {
    const { said } = await keptAfter('planewright rollback all', { cp1: 'changed' }, { file: "what's left" })
    expect(said).toBe(
      String.raw`1 host is left. Go on with: planewright rollback all … -l '@FOLDER/what'\''s left'`,
    )
  })

  test('of a prepare: the message names prepare as the command to go on with', async () => {
    const { said } = await keptAfter('planewright prepare', { cp1: 'changed' })
    expect(said).toBe("1 host is left. Go on with: planewright prepare … -l '@FOLDER/left'")
  })

  test('are removed from an earlier file without a message when all are finished', async () => {
    const ended = { cp1: 'changed', cp2: 'ok' } as const
    expect(await keptAfter('planewright apply', ended, { before: 'cp2\ncp3\n' })).toEqual({
      said: '',
      text: 'cp3\n',
    })
    expect(await keptAfter('planewright rollback all', ended, { before: 'cp2\n' })).toEqual({
      said: '',
      text: undefined,
    })
    expect(await keptAfter('planewright apply', ended)).toEqual({ said: '', text: undefined })
  })

  test('are named in the message if the retry file is /dev/null', () => {
    const said: string[] = []
    const left = keepHostsLeft('planewright apply', { retryFile: '/dev/null' })
    left.listener({ type: 'hosts-selected', hosts: ['cp1', 'cp2'], inventory: ['cp1', 'cp2'] })
    left.keep({ hint: (text) => said.push(text), warn: ({ message }) => said.push(message) })
    expect(said).toEqual(["2 hosts are left. Go on with: planewright apply … -l 'cp1,cp2'"])
  })

  test('are named in the message if the file cannot be written', async () => {
    const kept = await keptAfter('planewright apply', { cp1: 'ok' }, { before: 'all:\n' })
    expect(kept.text).toBe('all:\n')
    expect(kept.said).toBe(
      'the hosts that are left cannot be written to FOLDER/left: The hosts are cp2. Choose another file: --retry-file PATH.',
    )
  })
})
