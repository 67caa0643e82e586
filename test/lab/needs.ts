import { machine } from 'node:os'
import { cacheDirectory } from './cache.ts'
import { findEngine, goArchitecture } from './engine-client.ts'
import { BASE_RECIPE } from './images/base.ts'
import { hasImage } from './images/engine-image.ts'
import { isBuilt } from './images/go-program.ts'
import { describeKubernetes } from './images/kubernetes.ts'
import { findNodeImage } from './images/node.ts'
import { tagOf } from './images/recipe.ts'

/** A step that comes before the demo or is part of it, and the time that it takes on 2 cores. */
interface Need {
  readonly what: string
  readonly time: string
}

async function findNeeds(kubernetes: string): Promise<readonly Need[]> {
  const engine = await findEngine()
  if (engine !== undefined && (await findNodeImage(kubernetes, engine)) !== undefined) return []
  const program = await describeKubernetes(kubernetes, engine?.architecture ?? goArchitecture(machine()))
  const hasBase = engine !== undefined && (await hasImage(engine.docker, tagOf(BASE_RECIPE)))
  return [
    ...(engine === undefined ? [{ what: 'install a container engine with apt-get', time: '20 s' }] : []),
    ...(hasBase ? [] : [{ what: 'build an image of a Debian machine', time: '1 min' }]),
    ...((await isBuilt(program))
      ? []
      : [
          {
            what: `build Kubernetes ${kubernetes} from its Go modules, unless kindest/node can be pulled`,
            time: '7 min',
          },
        ]),
  ]
}

/** A text that lists what the demo installs, builds and runs, with the times. */
export async function needsText(kubernetes: string): Promise<string> {
  const needs = await findNeeds(kubernetes)
  const demo: readonly Need[] = [
    { what: 'make three control planes in containers', time: '1 min' },
    { what: 'run planewright on them', time: '1 min' },
  ]
  const rows = [...needs, ...demo].map(({ what, time }) => `  ${time.padStart(5)}  ${what}`)
  const kept = needs.length === 0 ? '' : `\nWhat is built is kept in ${cacheDirectory()} for the next time.`
  return `The demo will (times on 2 cores):\n${rows.join('\n')}${kept}`
}
