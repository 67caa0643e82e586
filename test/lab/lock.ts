import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * Runs `run` while no other process of this machine holds the lock with this name. So several runs build an image only
 * once. The lock is a socket in Linux's abstract namespace. The kernel gives it to one process, and frees it when that
 * process ends, however it ends. A lock file would be racy: between the check that its owner is gone and its removal,
 * another process may take it.
 *
 * @param onWait called once if another process holds the lock
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
  /** The connections of the processes that wait. Closing a connection tells its process that the lock is free. */
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

/** Waits until the holder releases the lock or ends. */
async function released(address: string): Promise<void> {
  const socket = connect(address)
  // If the holder was killed or has just released the lock, the connection fails. Its `close` event follows.
  socket.on('error', () => undefined)
  socket.resume()
  await new Promise((resolve) => socket.on('close', resolve))
}
