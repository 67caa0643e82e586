import { describe, expect, test } from 'vitest'

describe('a sum', () => {
  test('is wrong', () => {
    expect({ sum: 1 + 1, of: ['one', 'one'] }).toEqual({ sum: 3, of: ['one', 'two'] })
  })
})
