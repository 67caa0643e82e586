// Prints how many tests passed, failed and were skipped, from the JSON that vitest wrote. Plain JavaScript: it
// has to say something even where nothing could be installed.
import { readFileSync } from 'node:fs'

let counts
try {
  counts = JSON.parse(readFileSync(process.argv[2], 'utf8'))
} catch (error) {
  console.error(`there is no result of the tests: ${error.message}`)
  console.log('0 passed, 1 failed, 0 skipped')
  process.exit(1)
}
const skipped = counts.numPendingTests + counts.numTodoTests
// A file that could not be loaded, or a hook that failed, has no test of its own that failed.
const failed = Math.max(counts.numFailedTests, counts.success ? 0 : 1)
console.log(`${counts.numPassedTests} passed, ${failed} failed, ${skipped} skipped`)
if (failed > 0 || counts.numPassedTests === 0) process.exit(1)
