import type * as z from 'zod'

/**
 * An answer's body as a value of a type; undefined if it is not such a value. A proxy in front of the
 * apiserver may answer with 200 and a page of its own.
 */
export function readJson<Shape extends z.ZodType>(body: string, shape: Shape): z.output<Shape> | undefined {
  try {
    return shape.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}
