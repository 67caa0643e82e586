import { beforeEach, expect } from 'vitest'
import { restore, type Lab, type LabHost } from '../lab/lab.ts'
import { awaitEnd, expectServing, readWhole } from '../support/faults.ts'
import { readCommandLine } from '../support/node.ts'

/** What a node was like before a test, and has to be like after it. */
export interface AsBefore {
  /** By itself, without anybody: as it was, and serving. */
  readonly expectUndone: () => Promise<void>
}

/**
 * Each test of the file begins as kubeadm left the node. A transaction that was undone has left it so: only after one
 * that stands, and after a test that failed, the node is restored.
 */
export function beginAsBefore(lab: Lab, host: LabHost): AsBefore {
  let files = ''
  let words: readonly string[] = []
  beforeEach(async () => {
    if ((await readWhole(host)) === files) return
    await restore(lab)
    files = await readWhole(host)
    words = await readCommandLine(host)
  })
  return {
    expectUndone: async () => {
      expect(await awaitEnd(host)).toBe('undone')
      expect(await readWhole(host)).toBe(files)
      await expectServing(host, words)
    },
  }
}
