import { defineConfig } from 'vitest/config'
import { ProgressReporter } from './test/runner/progress-reporter.ts'
import { Sequencer } from './test/runner/sequencer.ts'
import { openTemporaryFolder } from './test/runner/temporary-folder.ts'
import { clusterLabs, nodeLabs } from './test/support/labs.ts'

// Temporary files that tests leave behind are removed when the run ends, or by the next run if this one is killed.
openTemporaryFolder()

/** `.ci/count.mjs` counts the tests from this JSON file. */
const resultFile = process.env.PLANEWRIGHT_TEST_RESULT
const json: ['json', { outputFile: string }][] =
  resultFile === undefined ? [] : [['json', { outputFile: resultFile }]]

export default defineConfig({
  test: {
    sequence: { sequencer: Sequencer },
    reporters: [new ProgressReporter(), ...json],
    // vitest prints a line for each slower test on a terminal. Half of the tests with a real host take a second or more.
    slowTestThreshold: 60_000,
    projects: [
      {
        test: {
          name: 'unit',
          // The quick tests run first and alone, because a real cluster needs the whole machine.
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          maxWorkers: 2,
          exclude: ['ssh', 'package', 'smoke', 'cluster', 'node', 'upgrade'].map(
            (kind) => `test/**/*.${kind}.test.ts`,
          ),
          // A machine that installs packages at the same time has long pauses.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'ssh',
          sequence: { groupOrder: 1 },
          include: ['test/**/*.ssh.test.ts'],
          globalSetup: ['test/support/command-setup.ts', 'test/support/sshd-setup.ts'],
          // These tests mostly wait, so more of them run at once than there are cores. vitest requires the same
          // maxWorkers for all projects of one group.
          maxWorkers: 4,
          testTimeout: 180_000,
          // Without a cache, the image is still being built when the first file begins.
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'package',
          // Runs at the same time as `ssh`.
          sequence: { groupOrder: 1 },
          include: ['test/**/*.package.test.ts'],
          globalSetup: ['test/support/command-setup.ts', 'test/support/sshd-setup.ts'],
          maxWorkers: 4,
          testTimeout: 180_000,
          // Without a cache, the image is still being built when the first file begins.
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'smoke',
          // Kubelets and apiservers leave time for the tests of `ssh`.
          sequence: { groupOrder: 1 },
          include: ['test/**/*.smoke.test.ts'],
          globalSetup: ['test/support/command-setup.ts', 'test/support/lab-setup.ts'],
          // Still one file at a time: all files share one lab. Making a second lab would take as long as these files run.
          maxWorkers: 4,
          testTimeout: 600_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'cluster',
          sequence: { groupOrder: 2 },
          include: ['test/**/*.cluster.test.ts'],
          globalSetup: ['test/support/command-setup.ts', 'test/support/lab-setup.ts'],
          maxWorkers: clusterLabs.count,
          testTimeout: 600_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'cluster-upgrade',
          // Alone: two labs of three nodes that are upgraded are as much as two cores bear. With two labs of `node` beside
          // them, the load was 46, and everything took twice its time.
          sequence: { groupOrder: 4 },
          include: ['test/**/*.upgrade.test.ts'],
          globalSetup: ['test/support/command-setup.ts', 'test/upgrade/lab-setup.ts'],
          maxWorkers: 2,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'node',
          sequence: { groupOrder: 3 },
          include: ['test/**/*.node.test.ts'],
          globalSetup: ['test/support/command-setup.ts', 'test/support/node-lab-setup.ts'],
          maxWorkers: nodeLabs.count,
          testTimeout: 600_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
})
