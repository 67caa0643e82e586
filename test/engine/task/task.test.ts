import { expect, test } from 'vitest'
import { defineTask, z } from '../../../src/index.ts'
import { planWorld } from '../world.ts'

const world = { files: {}, processes: [], now: 0 }

test.each([
  ['gives facts', () => Promise.resolve({ it: 1 })],
  ['rejects', () => Promise.reject(new Error('no'))],
])('a gather that is a promise and %s is refused, by the name of its task', async (_, gather) => {
  const task = defineTask({ name: 'careless', params: z.object({}), gather, plan: () => [] })
  await expect(planWorld(world, [task])).rejects.toMatchObject({
    code: 'internal',
    where: { task: 'careless' },
    message: 'gather of the task careless returns a promise',
  })
})
