import { PlanewrightError } from '../../../src/error.ts'
import { defaultEnginePlace, stopEngine } from '../engine-process.ts'
import { down } from '../lab.ts'
import type { Progress } from '../progress.ts'

export interface DownArguments {
  readonly name: string
  readonly engine?: boolean
}

/** `lab down`: removes the lab's containers, volumes, network and files. --engine also stops an engine that it started. */
export async function runDown(options: DownArguments, progress: Progress): Promise<void> {
  await progress.step(`taking lab ${options.name} down`, () => down(options.name))
  if (options.engine !== true) return
  const outcome = await progress.step('stopping the container engine', () => stopEngine(defaultEnginePlace()))
  if (outcome === 'not ours')
    progress.note('No engine runs that was started from here; any other is left alone.')
  if (outcome === 'in use') {
    throw new PlanewrightError('host', 'the container engine still runs', {
      why: 'there are other containers on it',
      remedy: 'See `npm run lab -- status` and `docker ps`, and take them down first.',
    })
  }
}
