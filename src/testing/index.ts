/**
 * Tests of tasks without a host. What does my task plan for a host with these files? Is nothing left to do
 * after that was done?
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { fakeHost, perform, planTasks } from 'planewright/testing'
 * import { loginBanner } from './login-banner.ts'
 *
 * const host = fakeHost({ files: { '/etc/issue.net': 'Welcome\n' } })
 * const plan = await planTasks(host, [loginBanner], { login_banner: 'Authorized use only.' })
 * assert.deepEqual(plan.changes.map(({ kind, path }) => [kind, path]), [['file', '/etc/issue.net']])
 *
 * const after = perform(host, plan)
 * const again = await planTasks(after, [loginBanner], { login_banner: 'Authorized use only.' })
 * assert.deepEqual(again.changes, [])
 * ```
 *
 * A fake host shows what the tasks plan, and not what a kubelet does with it. Only a real control plane shows
 * whether a policy is accepted, a process starts, or an event is logged.
 *
 * @module
 */
export type { FakeDirectory, FakeFile, FakeOwnership, FakeRegularFile } from './fake-file.ts'
export { contentOf, fakeHost, later, withFiles, type FakeHost, type FakeHostOptions } from './fake-host.ts'
export { perform, startStaticPod } from './perform.ts'
export { planTasks, type FakeVariables } from './plan-tasks.ts'
