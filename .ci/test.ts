// `npm test`: what shows that planewright works, or what the arguments for vitest choose.
import { essentialArguments } from '../test/runner/arguments.ts'
import { runVitest } from '../test/runner/run-vitest.ts'

runVitest('test', essentialArguments(process.argv.slice(2)))
