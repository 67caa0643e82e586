import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * Runs `run` while no other process of this machine runs under the same name: an image is built once, however many
 * runs ask for it. What is held is a socket in Linux's abstract namespace: the kernel gives it to one process, and
 * takes it back when that process ends, however it ends. A file's holder has to be asked whether it still lives, and
 * between the answer and the removal of its file another one may have come.
 *
 * @param onWait called once where another process has it
 */
export async function withLock<T>(name: string, onWait: () => void, run: () => Promise<T>): Promise<T> {
  const address = `\0planewright-${createHash('sha256').update(name).digest('hex')}`
  let lock = await take(address)
  if (lock === undefined) onWait()
  while (lock === undefined) {
    await released(address)
    lock = await take(address)
  }
  try {
    return await run()
  } finally {
    await release(lock)
  }
}

interface Lock {
  readonly server: Server
  /** Who waits: each is told by the end of its connection. */
  readonly waiting: Set<Socket>
}

async function take(address: string): Promise<Lock | undefined> {
  const waiting = new Set<Socket>()
  const server = createServer((socket) => {
    waiting.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => waiting.delete(socket))
  })
  try {
    server.listen(address)
    await once(server, 'listening')
    return { server, waiting }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    throw error
  }
}

async function release({ server, waiting }: Lock): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  for (const socket of waiting) socket.destroy()
  await closed
}

/** Until whoever has the lock lets go of it, or is gone. */
async function released(address: string): Promise<void> {
  const socket = connect(address)
  // A holder that was killed, or let go just now: an error either way, and an end.
  socket.on('error', () => undefined)
  socket.resume()
  await new Promise((resolve) => socket.on('close', resolve))
}
