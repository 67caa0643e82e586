import { describe, expect, it } from 'vitest'
import { schedule } from './schedule.ts'

const file = (name: string, seconds: number, lane?: string) => ({
  name,
  seconds,
  ...(lane === undefined ? {} : { lane }),
})

describe('schedule', () => {
  it.each([
    {
      what: 'the longest file first',
      files: [file('short', 1), file('long', 9), file('middle', 5)],
      workers: 2,
      order: ['long', 'middle', 'short'],
    },
    {
      what: 'files with a lane one after the other, and the others beside them',
      files: [file('lab 1', 4, 'lab'), file('lab 2', 3, 'lab'), file('a', 2), file('b', 2), file('c', 2)],
      workers: 2,
      order: ['lab 1', 'a', 'b', 'lab 2', 'c'],
    },
    {
      what: 'two lanes side by side',
      files: [file('x 1', 2, 'x'), file('x 2', 2, 'x'), file('y 1', 2, 'y'), file('y 2', 2, 'y')],
      workers: 2,
      order: ['x 1', 'y 1', 'x 2', 'y 2'],
    },
    {
      what: 'one lane alone with many workers',
      files: [file('lab 1', 4, 'lab'), file('lab 2', 3, 'lab')],
      workers: 3,
      order: ['lab 1', 'lab 2'],
    },
    { what: 'no files', files: [], workers: 2, order: [] },
  ])('hands out $what', ({ files, workers, order }) => {
    expect(schedule(files, workers).map(({ name }) => name)).toEqual(order)
  })
})
