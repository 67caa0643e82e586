// CI runs this after `npm test`: one slice of the tests that `npm test` leaves out. The commit decides which slice.
import path from 'node:path'
import { readCommit, sliceOf } from '../test/runner/commit-slice.ts'
import { allButProjects, essentialProjects } from '../test/runner/projects.ts'
import { runVitest } from '../test/runner/run-vitest.ts'

/** With this number of slices, CI stays within its 45 minutes even with the longest slice. */
const SLICES = 5

const { index, count, reason } = sliceOf(readCommit(path.dirname(import.meta.dirname)), SLICES)
const others = allButProjects(essentialProjects)
const quoted = others.map((one) => `'${one}'`).join(' ')
console.log(`\nslice ${index} of ${count} of the tests that npm test leaves out: ${reason}`)
console.log(`to run it again: npm run test:all -- --slice ${index}/${count} ${quoted}\n`)
runVitest('test-slice', [`--shard=${index}/${count}`, ...others])
