// A library on top of planewright. It exports values whose types only planewright's own declarations can name.
import {
  apply,
  auditProof,
  compareControlPlanes,
  decide,
  defineInventory,
  defineTask,
  describeRequest,
  directory,
  drawPlan,
  explain,
  file,
  findUnlisted,
  history,
  openSession,
  parsePolicy,
  plan,
  planRollbacks,
  readHistories,
  staticPod,
  storedConfiguration,
  survey,
  surveyClusters,
  template,
  untouched,
  z,
  type Session,
} from 'planewright'
import { auditing, preparing } from 'planewright/tasks'

export { auditing, preparing }
export const building = { auditProof, directory, file, staticPod, storedConfiguration, template, untouched }
export const policies = { decide, describeRequest, parsePolicy }
export const inventory = defineInventory({ hosts: { cp1: { ansible_host: '192.0.2.11' } } })
export const options = { inventory, ...auditing }

export const patient = defineTask({
  name: 'patient',
  params: z.object({ banner: z.string().default('Hello') }),
  gather: async (host) => {
    const { now } = await host.identity()
    return { now, motd: host.file('/etc/motd') }
  },
  plan: ({ params, facts: { now, motd } }) => {
    if (motd.type === 'regular' && motd.modified > now) return []
    return [file({ path: motd.path, content: params.banner, mode: 0o644 })]
  },
})

export const start = () => openSession(options)
export const targetOf = ({ hosts }: Session) => hosts[0]?.target
export const connectionsOf = ({ connections }: Session) => connections
export const settingsOf = ({ hosts }: Session) =>
  hosts.map(({ settings, variables }) => ({ settings, variables }))
export const looked = async (session: Session) => {
  const surveyed = await survey(session)
  const planned = drawPlan(surveyed)
  const [causes, clusters, unlisted, histories, back] = await Promise.all([
    explain(session, planned),
    surveyClusters(session, planned),
    findUnlisted(session, planned),
    readHistories(session),
    planRollbacks(session, surveyed, undefined),
  ])
  const differing = planned.clusters.map(({ hosts }) => compareControlPlanes(hosts))
  return { surveyed, planned, causes, clusters, unlisted, histories, back, differing }
}
export const lookedAt = () => plan({ ...options, listener: (event) => event.type })
export const applied = async () =>
  (await apply(options)).hosts.map(({ changes, proof }) => ({ changes, proof }))
export const kept = async () => (await history(options)).hosts
