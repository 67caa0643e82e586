import { execa } from 'execa'
import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

// The other tests start a bundle, and nobody else would notice sources that Node itself cannot run.
const fromSources = (...args: readonly string[]) =>
  execa(process.execPath, ['src/cli/main.ts', ...args], {
    cwd: new URL('../..', import.meta.url),
    reject: false,
  })

test('Node runs the command from the sources, as npm run planewright does', async () => {
  expect(await fromSources('--version')).toMatchObject({ exitCode: 0, stdout: manifest.version })
  const { exitCode, stderr } = await fromSources('plan', '-i', '/none/hosts.yaml')
  expect({ exitCode, stderr }).toEqual({
    exitCode: 64,
    stderr: expect.stringContaining('/none/hosts.yaml') as string,
  })
})
