// Prints how many tests passed, failed and were skipped, summed over the JSON files that vitest wrote. It is plain
// JavaScript, because it has to work even if npm could install nothing.
import { readFileSync } from 'node:fs'

const sum = { passed: 0, failed: 0, skipped: 0 }
for (const file of process.argv.slice(2)) {
  try {
    const counts = JSON.parse(readFileSync(file, 'utf8'))
    sum.passed += counts.numPassedTests
    // If a test file cannot be loaded or a hook fails, vitest counts no failed test.
    sum.failed += Math.max(counts.numFailedTests, counts.success ? 0 : 1)
    sum.skipped += counts.numPendingTests + counts.numTodoTests
  } catch (error) {
    console.error(`there is no result of the tests: ${error.message}`)
    sum.failed += 1
  }
}
console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`)
if (sum.failed > 0 || sum.passed === 0) process.exit(1)
