import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { PlanewrightError } from '../../src/error.ts'

const Answer = z.object({ return: z.unknown().optional(), error: z.object({ desc: z.string() }).optional() })
const Migration = z.object({ status: z.string().optional(), 'error-desc': z.string().optional() })

/**
 * Writes a running machine's memory to a file and ends the emulator. An emulator that is started with that file goes
 * on from there. QEMU calls this a migration (QMP: migrate, query-migrate).
 *
 * @param socket the emulator's QMP socket
 * @throws PlanewrightError `host` with QEMU's error message
 */
export async function suspendMachine(socket: string, file: string): Promise<void> {
  const stream = connect(socket)
  const lines = createInterface(stream)[Symbol.asyncIterator]()
  const ask = async (execute: string, args: object = {}): Promise<unknown> => {
    stream.write(`${JSON.stringify({ execute, arguments: args })}\n`)
    for (;;) {
      const { value, done } = await lines.next()
      if (done === true) throw failure('the emulator is gone')
      const said: unknown = JSON.parse(value)
      const answer = Answer.parse(said)
      if (answer.error !== undefined) throw failure(answer.error.desc)
      // Greetings and events have neither `return` nor `error`.
      if (typeof said === 'object' && said !== null && 'return' in said) return answer.return
    }
  }
  try {
    await ask('qmp_capabilities')
    // QEMU does not have to spare a network here. With a lower limit, the migration would not catch up with a busy
    // machine.
    await ask('migrate-set-parameters', { 'max-bandwidth': 16 * 1024 ** 3 })
    await ask('migrate', { uri: `exec:cat >'${file}'` })
    for (;;) {
      const { status, 'error-desc': why } = Migration.parse(await ask('query-migrate'))
      if (status === 'completed') break
      if (status === 'failed') throw failure(why ?? '')
      await pause(100)
    }
    await ask('quit')
  } finally {
    stream.destroy()
  }
}

function failure(why: string): PlanewrightError {
  return new PlanewrightError('host', 'the virtual machine could not be suspended', {
    why,
    remedy: 'Is there room for its 4 GB in the cache folder?',
  })
}
