// `npm run demo` makes a lab, runs planewright on it, and shows the proof in each node's own audit log.
import path from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { PlanewrightError, toPlanewrightError } from '../../src/error.ts'
import { formatError } from '../../src/report/error-text.ts'
import { plainStyle } from '../../src/report/style.ts'
import { runOn } from './exec.ts'
import { up, type Lab } from './lab.ts'
import { needsText } from './needs.ts'
import { formatSeconds, liveProgress } from './progress.ts'
import { DEFAULT_KUBERNETES, DEFAULT_NAME } from './up.ts'

const root = path.join(import.meta.dirname, '..', '..')
const AUDIT_LOG = '/var/log/kubernetes/audit/audit.log'

/** The exit code of `planewright plan` if there is something to change. */
const CHANGES_PENDING = 2

function say(text: string): void {
  process.stderr.write(`\n── ${text}\n\n`)
}

/** Runs the command as an operator would, and returns its stdout. Throws if the exit code is none of `expected`. */
async function planewright(args: readonly string[], expected: readonly number[]): Promise<string> {
  say(`planewright ${args.join(' ')}`)
  const started = performance.now()
  const result = await execa(process.execPath, [path.join(root, 'src', 'cli', 'main.ts'), ...args], {
    cwd: root,
    stdin: 'inherit',
    // The user sees stderr. A JSON report on stdout would only be in the way there.
    stdout: 'pipe',
    stderr: 'inherit',
    reject: false,
  })
  process.stderr.write(`(${formatSeconds(performance.now() - started)})\n`)
  if (result.exitCode === undefined || !expected.includes(result.exitCode)) {
    throw new PlanewrightError(
      'host',
      `planewright ${args[0] ?? ''} ended with ${result.exitCode ?? 'a signal'}`,
      { remedy: 'The lab still stands: look around with `npm run lab -- ssh lab-cp1`.' },
    )
  }
  return result.stdout
}

/** The fields of an audit event (audit.k8s.io/v1) that the demo shows. */
const Event = z.object({
  auditID: z.string(),
  verb: z.string(),
  requestURI: z.string(),
  user: z.object({ username: z.string() }),
  requestReceivedTimestamp: z.string(),
  stageTimestamp: z.string(),
})

/** The part of the command's JSON report with which the demo finds its events. */
const Report = z.object({
  hosts: z.array(z.object({ host: z.string(), proof: z.object({ auditID: z.string() }).nullable() })),
})

/** Shows the proof's event on each host. It reads the log with the container engine's exec, and not with planewright. */
async function showEvents(lab: Lab, report: z.infer<typeof Report>): Promise<void> {
  say(`the proofs, as they stand in ${AUDIT_LOG} of each host`)
  for (const host of lab.hosts) {
    const mark = report.hosts.find((one) => one.host === host.name)?.proof?.auditID ?? 'no-mark'
    const lines = await runOn(host, 'looking for the event', `grep ${mark} ${AUDIT_LOG}`)
    const answered = lines.split('\n').find((line) => line.includes('"stage":"ResponseComplete"')) ?? 'null'
    const event = Event.parse(JSON.parse(answered))
    process.stderr.write(
      `${host.name}: auditID ${event.auditID}\n` +
        `  ${event.verb} ${event.requestURI}\n` +
        `  by ${event.user.username}, received ${event.requestReceivedTimestamp}, answered ${event.stageTimestamp}\n`,
    )
  }
}

async function demonstrate(): Promise<void> {
  const progress = liveProgress(process.stderr)
  progress.note(await needsText(DEFAULT_KUBERNETES))
  say('a lab of three control planes')
  const lab = await up({ name: DEFAULT_NAME, controlPlanes: undefined, kubernetes: undefined, progress })
  const inventory = path.relative(root, lab.inventoryFile)
  await planewright(['plan', '-i', inventory, '--diff'], [0, CHANGES_PENDING])
  const report = await planewright(['apply', '-i', inventory, '--output', 'json'], [0])
  await showEvents(lab, Report.parse(JSON.parse(report)))
  await planewright(['apply', '-i', inventory], [0])
  say('done; the lab stands')
  progress.note(`  npm run lab -- ssh ${lab.hosts[0]?.name ?? ''}       look around
  npm run lab -- restore            make it as kubeadm left it
  npm run lab -- down               take it down (--engine: the container engine too, if it was started for it)`)
}

try {
  await demonstrate()
} catch (thrown) {
  process.stderr.write(`${formatError(toPlanewrightError(thrown), plainStyle)}\n`)
  process.exitCode = 1
}
