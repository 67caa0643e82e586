import { refuseSource } from './refuse.ts'
import { placeIn } from './source-text.ts'

/**
 * Refuses what is no JSON by RFC 8259, where it stops being it.
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

/** The offset of the first character that cannot be where it is: V8 names it for some errors only. */
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

/** Whether a text is JSON, or is wrong only in that it ends. V8 says where it fails in words alone. */
function mayGoOn(text: string): boolean {
  const why = describeBrokenJson(text)
  if (why === undefined || why.includes('end of JSON')) return true
  const position = /at position (?<position>\d+)/.exec(why)?.groups?.position
  return position !== undefined && Number(position) >= text.length
}
