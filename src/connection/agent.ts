import { connect } from 'node:net'
import type { BaseAgent, IdentityCallback, ParsedKey } from 'ssh2'

/**
 * Milliseconds that an agent has to list its keys. If the agent is gone or hangs, the login must go on with
 * the key files.
 */
const AGENT_ANSWER_MS = 2000

/** The agent's protocol: draft-ietf-sshm-ssh-agent, "Requesting a list of keys". */
const REQUEST_IDENTITIES = 11
const IDENTITIES_ANSWER = 12

/** The public keys, in wire format, that an agent holds; none if no agent answers. */
export function listAgentKeys(socketPath: string): Promise<Buffer[]> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    let answer = Buffer.alloc(0)
    const finish = (keys: Buffer[]) => {
      socket.destroy()
      resolve(keys)
    }
    socket.setTimeout(AGENT_ANSWER_MS, () => {
      finish([])
    })
    socket.on('error', () => {
      finish([])
    })
    socket.on('close', () => {
      finish([])
    })
    socket.on('data', (chunk: Buffer) => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length >= 4 && answer.length >= 4 + answer.readUInt32BE(0))
        finish(parseKeys(answer.subarray(4)))
    })
    socket.write(Buffer.from([0, 0, 0, 1, REQUEST_IDENTITIES]))
  })
}

/** An agent that offers only some of its keys: sshd ends a login after MaxAuthTries (6) wrong ones. */
export async function restrictAgent(socketPath: string, keys: readonly Buffer[]): Promise<BaseAgent> {
  const { default: ssh2 } = await import('ssh2')
  class RestrictedAgent extends ssh2.OpenSSHAgent {
    override getIdentities(callback: IdentityCallback<ParsedKey>): void {
      // ssh2 cannot offer keys that it cannot read (FIDO keys).
      const readable = keys.flatMap((key) => {
        const parsed = ssh2.utils.parseKey(key)
        return parsed instanceof Error ? [] : [parsed]
      })
      callback(null, readable)
    }
  }
  return new RestrictedAgent(socketPath)
}

function parseKeys(answer: Buffer): Buffer[] {
  if (answer[0] !== IDENTITIES_ANSWER) return []
  const keys: Buffer[] = []
  let offset = 5
  const readString = () => {
    const start = offset + 4
    offset = start + answer.readUInt32BE(offset)
    return answer.subarray(start, offset)
  }
  try {
    for (let left = answer.readUInt32BE(1); left > 0; left -= 1) {
      keys.push(readString())
      readString() // the comment
    }
  } catch {
    return keys
  }
  return keys
}
