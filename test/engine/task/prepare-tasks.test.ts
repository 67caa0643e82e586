import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import type { z } from '../../../src/index.ts'
import { auditTasks, prepareTasks } from '../../../tasks/index.ts'
import { refusalOf } from '../../inventory/written-files.ts'
import {
  directoryAt,
  machine,
  manifest,
  performed,
  planWorld,
  regular,
  restarted,
  surveyWorld,
  withFiles,
  type World,
} from '../world.ts'

const kubeadm = readFileSync(new URL('../../manifest/fixtures/kubeadm.yaml', import.meta.url), 'utf8')
const policy = '/etc/kubernetes/audit-policy.yaml'
const logFolder = '/var/log/kubernetes/audit'

/** A control plane as kubeadm leaves it. */
const controlPlane = restarted(
  withFiles(machine, {
    '/etc/kubernetes': directoryAt('/etc/kubernetes'),
    [manifest]: regular(manifest, kubeadm, { modified: machine.now - 60 }),
  }),
)

let prepared: World

beforeAll(async () => {
  prepared = performed(machine, await planWorld(machine, prepareTasks))
})

describe('a machine that is not a control plane', () => {
  test('gets the folder and the policy, and nothing that needs a proof', async () => {
    const { changes, provable } = await planWorld(machine, prepareTasks)
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      `directory ${logFolder}`,
      'directory /etc/kubernetes',
      `file ${policy}`,
    ])
    expect(provable).toBeNull()
    expect((await planWorld(prepared, prepareTasks)).changes).toEqual([])
  })

  test('needs nothing more for apply afterwards, except the changes of what kubeadm writes', async () => {
    const joined = restarted(
      withFiles(prepared, { [manifest]: regular(manifest, kubeadm, { modified: prepared.now }) }),
    )
    const { changes } = await planWorld(joined, auditTasks)
    expect(changes.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      `file ${manifest}`,
      `restart ${manifest}`,
    ])
  })
})

describe('a control plane', () => {
  const running = { ...controlPlane, files: machine.files }
  const down = { ...controlPlane, processes: [] }
  test.each([
    ['with a manifest and a process', controlPlane, [manifest, 'process 101']],
    ['without its manifest', running, ['process 101']],
    ['that is down', down, [manifest]],
    ['of which the policy alone differs', withPolicy('edited'), [manifest, 'the content differs']],
    ['of which a mode alone differs', withMode(), [manifest, 'mode is 0700, should be 0755']],
  ])('%s is refused', async (_, world, words) => {
    const error = await refusalOf(() => planWorld(world, prepareTasks))
    expect(error).toMatchObject({
      code: 'host',
      message: 'the host is already a control plane, so prepare does not change it',
      where: { host: 'cp1', task: 'no control plane yet' },
    })
    for (const word of words) expect(error.why).toContain(word)
    expect(error.remedy).toContain('apply')
  })

  test('is ok if nothing differs', async () => {
    const joined = { ...controlPlane, files: { ...controlPlane.files, ...prepared.files } }
    expect((await planWorld(joined, prepareTasks)).changes).toEqual([])
  })

  function withPolicy(content: string): World {
    return withFiles(controlPlane, {
      [logFolder]: directoryAt(logFolder),
      [policy]: regular(policy, content),
    })
  }

  function withMode(): World {
    return withFiles(controlPlane, { [logFolder]: directoryAt(logFolder, 0o700) })
  }
})

describe('variables', () => {
  const namesOf = (tasks: readonly { readonly params: z.ZodObject }[]) =>
    new Set(tasks.flatMap(({ params }) => Object.keys(params.shape)))

  test('apply and prepare know the same variables, so both accept the same inventory', () => {
    expect(namesOf(prepareTasks)).toEqual(namesOf(auditTasks))
  })

  test('a policy template gets the same values from apply and from prepare', async () => {
    const values = { audit_log_maxage: 31, own: 'x' }
    const [one, other] = await Promise.all(
      [prepareTasks, auditTasks].map((tasks) => surveyWorld(machine, tasks, values)),
    )
    expect(one?.variables).toEqual(other?.variables)
  })

  test('a policy in the manifests folder is refused, as by apply', async () => {
    const values = { audit_policy_file: '/etc/kubernetes/manifests/policy.yaml' }
    const error = await refusalOf(() => surveyWorld(machine, prepareTasks, values))
    expect(error).toMatchObject({ code: 'variable' })
    expect(error.why).toContain('must not be in the folder of manifests')
  })
})
