import { expect, test } from 'vitest'
import { engineEnvironment } from './engine-process.ts'

test('an engine outlives the temporary folder of the run that started it', () => {
  const environment = engineEnvironment({ TMPDIR: '/tmp/of-this-run', PATH: '/usr/bin', DOCKER_CONFIG: '/c' })
  expect(environment).toEqual({ PATH: '/usr/bin:/usr/sbin:/sbin', DOCKER_CONFIG: '/c' })
})
