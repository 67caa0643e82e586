// `npm test` runs the tests that show that planewright works, or the tests that its arguments select.
import { essentialArguments } from '../test/runner/arguments.ts'
import { runVitest } from '../test/runner/run-vitest.ts'

runVitest('test', essentialArguments(process.argv.slice(2)))
