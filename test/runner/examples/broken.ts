import { beforeAll, test } from 'vitest'

beforeAll(() => {
  throw new Error('nothing to begin with')
})

test('is never run', () => undefined)
