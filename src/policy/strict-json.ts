import { refuseSource } from './refuse.ts'
import { placeIn } from './source-text.ts'

/**
 * Refuses a text that is not JSON (RFC 8259), at the place of the error.
 *
 * @throws PlanewrightError `policy`
 */
export function refuseBrokenJson(text: string): void {
  const why = describeBrokenJson(text)
  if (why === undefined) return
  throw refuseSource(
    `a file that starts with { is read as strict JSON: ${why}`,
    placeIn(text, findBreak(text)),
  )
}

function describeBrokenJson(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The offset of the first wrong character: V8 gives it only for some errors. */
function findBreak(text: string): number {
  let whole = 0
  let broken = text.length + 1
  while (broken - whole > 1) {
    const middle = Math.floor((whole + broken) / 2)
    if (mayGoOn(text.slice(0, middle))) whole = middle
    else broken = middle
  }
  return whole
}

/** Whether a text is JSON, or would be with more text. V8 says only in words where it fails. */
function mayGoOn(text: string): boolean {
  const why = describeBrokenJson(text)
  if (why === undefined || why.includes('end of JSON')) return true
  const position = /at position (?<position>\d+)/.exec(why)?.groups?.position
  return position !== undefined && Number(position) >= text.length
}
