import { beforeEach, expect } from 'vitest'
import { restore, type Lab, type LabHost } from '../lab/lab.ts'
import { awaitEnd, expectServing, readWhole } from '../support/faults.ts'
import { readCommandLine } from '../support/node.ts'

/** The state of a node before a test, to which an undo must bring it back. */
export interface AsBefore {
  /** Waits until the guard has undone the transaction by itself. Expects the node's old files, and that it serves. */
  readonly expectUndone: () => Promise<void>
}

/**
 * Makes sure that each test of the file begins on a node as kubeadm left it. An undone transaction leaves the node like
 * that. So this restores the node only after a confirmed transaction, or after a test that failed.
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
