// What CI runs after `npm test`: of the tests that it leaves out, the slice that follows from the commit.
import path from 'node:path'
import { readCommit, sliceOf } from '../test/runner/commit-slice.ts'
import { allButProjects, essentialProjects } from '../test/runner/projects.ts'
import { runVitest } from '../test/runner/run-vitest.ts'

/** So many that the longest slice leaves CI within its 45 minutes. */
const SLICES = 5

const { index, count, reason } = sliceOf(readCommit(path.dirname(import.meta.dirname)), SLICES)
const others = allButProjects(essentialProjects)
const quoted = others.map((one) => `'${one}'`).join(' ')
console.log(`\nslice ${index} of ${count} of the tests that npm test leaves out: ${reason}`)
console.log(`to run it again: npm run test:all -- --slice ${index}/${count} ${quoted}\n`)
runVitest('test-slice', [`--shard=${index}/${count}`, ...others])
