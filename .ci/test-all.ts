// `npm run test:all` runs every test, or one slice of them with `--slice k/n`. All other arguments go to vitest.
import { toPlanewrightError } from '../src/error.ts'
import { formatError } from '../src/report/error-text.ts'
import { plainStyle } from '../src/report/style.ts'
import { sliceArguments } from '../test/runner/arguments.ts'
import { runVitest } from '../test/runner/run-vitest.ts'

try {
  runVitest('test-all', sliceArguments(process.argv.slice(2)))
} catch (thrown) {
  process.stderr.write(`${formatError(toPlanewrightError(thrown), plainStyle)}\n`)
  process.exitCode = 64
}
