import * as z from 'zod'
import { PlanewrightError } from '../../error.ts'
import { planForm, planFormVersion, SavedPlan } from './saved-plan.ts'

/** Shows which form a file has, whatever else is in it. */
const Envelope = z.looseObject({
  form: z.literal(planForm),
  formVersion: z.int(),
  planewright: z.string().optional(),
})

const planAgain = 'Save a new plan: planewright plan --out FILE.'

function refuse(file: string, why: string, remedy = planAgain): PlanewrightError {
  return new PlanewrightError('saved-plan', 'the saved plan cannot be read', { where: { file }, why, remedy })
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    // The parser's own message quotes the text around the error, and this may be any file.
    const empty = text.trim() === ''
    throw new PlanewrightError('saved-plan', 'the saved plan cannot be read', {
      where: { file },
      why: empty ? 'The file is empty.' : 'It is not JSON: it may be cut off, or another file.',
      remedy: planAgain,
      cause,
    })
  }
}

function placeOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'at its top' : `at ${path.map(String).join('.')}`
}

/**
 * Reads the text of a file that `plan --out` wrote.
 *
 * @param file - its path, for messages
 * @throws PlanewrightError `saved-plan` if it is not a saved plan, if its form has another version, or if it
 * was edited or damaged.
 */
export function readSavedPlan(text: string, file: string): SavedPlan {
  const value = parseJson(text, file)
  const envelope = Envelope.safeParse(value)
  if (!envelope.success) throw refuse(file, `It is not a file that planewright plan --out has written.`)
  const { formVersion, planewright } = envelope.data
  if (formVersion !== planFormVersion) {
    const by = planewright === undefined ? '' : `, written by planewright ${planewright}`
    throw refuse(
      file,
      `It has version ${formVersion} of the form${by}; this planewright reads version ${planFormVersion}.`,
      'Plan and apply with the same version of planewright.',
    )
  }
  const saved = SavedPlan.safeParse(value)
  if (saved.success) return saved.data
  const issue = saved.error.issues[0]
  throw refuse(
    file,
    `It was damaged or edited: ${issue?.message ?? 'not valid'}, ${placeOf(issue?.path ?? [])}.`,
  )
}
