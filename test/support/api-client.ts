import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { text } from 'node:stream/consumers'
import { readKubeconfig } from '../../src/apiserver/kubeconfig.ts'
import type { Lab } from '../lab/lab.ts'

/** Milliseconds that an apiserver has for an answer, up to the last byte. After that the request counts as hanging. */
export const requestBound = 10_000

/** A request that was not answered within {@link requestBound}. It fails the test, so no caller may try it again. */
export class RequestHangs extends Error {}

export interface ApiAnswer {
  readonly status: number
  readonly body: string
}

/** An administrator's client for one address of the cluster. */
export interface ApiClient extends Disposable {
  /**
   * Sends a request and returns the answer, whatever its status. It keeps its connection open, as client-go does.
   *
   * @throws RequestHangs, or the Error with which the connection was refused or closed.
   */
  ask(method: string, path: string, body?: object): Promise<ApiAnswer>
  /**
   * Sends a GET request whose answer does not end, as a watch, on a connection of its own. The headers must arrive
   * within {@link requestBound}.
   */
  open(path: string, signal: AbortSignal): Promise<IncomingMessage>
}

async function bounded<Result>(what: string, act: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const hanging = new AbortController()
  const timer = setTimeout(() => {
    hanging.abort()
  }, requestBound)
  try {
    return await act(hanging.signal)
  } catch (error) {
    if (!hanging.signal.aborted) throw error
    throw new RequestHangs(`${what} was not answered within ${requestBound / 1000} s`, { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

/** Makes a client for a port, on this machine unless `host` says otherwise, with the certificate in the lab's admin.conf. */
export async function openApiClient(lab: Lab, port: number, host = '127.0.0.1'): Promise<ApiClient> {
  const { certificateAuthority, certificate, key } = readKubeconfig(
    await readFile(lab.adminConfigFile, 'utf8'),
    lab.adminConfigFile,
  )
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const at = { host, port, ca: certificateAuthority, cert: certificate, key }
  const send = (
    method: string,
    path: string,
    options: { readonly agent: Agent | false; readonly signal: AbortSignal; readonly body?: string },
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = { accept: 'application/json', 'content-type': 'application/json' }
      const { body, ...rest } = options
      const outgoing = request({ ...at, ...rest, method, path, headers }, resolve)
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  return {
    ask: (method, path, body) =>
      bounded(`${method} ${path}`, async (signal) => {
        const sent = body === undefined ? {} : { body: JSON.stringify(body) }
        const response = await send(method, path, { agent, signal, ...sent })
        return { status: response.statusCode ?? 0, body: await text(response) }
      }),
    open: (path, signal) =>
      bounded(`GET ${path}`, (hanging) =>
        send('GET', path, { agent: false, signal: AbortSignal.any([signal, hanging]) }),
      ),
    [Symbol.dispose]: () => {
      agent.destroy()
    },
  }
}
