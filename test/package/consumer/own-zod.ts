// A user's package with a zod of its own. TypeScript must be able to name all the library's types in its declarations.
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
