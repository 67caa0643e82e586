// A user's own zod, and what a user's own package exports: its declarations have to name all that the library gives.
import { defineTask, file, type Task } from 'planewright'
import { auditTasks } from 'planewright/tasks'
import * as z from 'zod'

const Banner = z.object({ login_banner: z.string().min(1).default('Authorized use only.') })

export const loginBanner = defineTask({
  name: 'login banner',
  params: Banner,
  gather: (host) => ({ banner: host.file('/etc/issue.net') }),
  plan: ({ params }) => [file({ path: '/etc/issue.net', content: params.login_banner, mode: 0o644 })],
})

export const tasks: readonly Task[] = [...auditTasks, loginBanner]
