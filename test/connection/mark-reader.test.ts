import { PassThrough } from 'node:stream'
import { assert, asyncProperty, integer, array, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'

import { MarkReader } from '../../src/connection/mark-reader.ts'

const MARK = Buffer.from('aab')

/** A stream of the bytes in pieces that end at these places. */
function inPieces(bytes: Buffer, places: readonly number[]): PassThrough {
  const stream = new PassThrough()
  let start = 0
  for (const end of [...places.toSorted((a, b) => a - b), bytes.length]) {
    const piece = bytes.subarray(start, Math.min(end, bytes.length))
    if (piece.length > 0) stream.write(piece)
    start = Math.min(end, bytes.length)
  }
  return stream
}

test('the bytes before and after a mark come whole, however they are cut', async () => {
  // Few different bytes, so that parts of the mark appear everywhere.
  const bytes = uint8Array({ min: 0x61, max: 0x63, maxLength: 30 })
  await assert(
    asyncProperty(bytes, bytes, array(integer({ min: 0, max: 70 })), async (first, second, places) => {
      const all = Buffer.concat([first, MARK, second, MARK])
      const reader = new MarkReader(inPieces(all, places))
      const expected = all.indexOf(MARK)
      expect(await reader.readUntil(MARK)).toEqual(all.subarray(0, expected))
      const next = all.indexOf(MARK, expected + MARK.length)
      if (next !== -1) {
        expect(await reader.readUntil(MARK)).toEqual(all.subarray(expected + MARK.length, next))
      }
    }),
  )
})

test('a stream that ends before the mark is an error, and its bytes are kept', async () => {
  const stream = new PassThrough()
  const reader = new MarkReader(stream)
  stream.end('This account is aa')
  await expect(reader.readUntil(MARK)).rejects.toMatchObject({ code: 'unreachable' })
  expect(reader.unread.toString()).toBe('This account is aa')
  await expect(reader.readUntil(MARK)).rejects.toMatchObject({ code: 'unreachable' })
})

test('the first failure stays the reason', async () => {
  const reader = new MarkReader(new PassThrough())
  const waiting = reader.readUntil(MARK)
  reader.fail(new Error('first'))
  reader.fail(new Error('second'))
  await expect(waiting).rejects.toThrow('first')
  await expect(reader.readUntil(MARK)).rejects.toThrow('first')
})

test('nothing is read while no reader waits', async () => {
  const stream = new PassThrough({ highWaterMark: 16 })
  const reader = new MarkReader(stream)
  stream.write('one aab')
  await reader.readUntil(MARK)
  expect(stream.write('noise '.repeat(100))).toBe(false)
  expect(stream.isPaused()).toBe(true)
  stream.write('aab')
  expect(await reader.readUntil(MARK)).toHaveLength(600)
})
