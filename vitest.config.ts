import { defineConfig } from 'vitest/config'
import { ProgressReporter } from './test/runner/progress-reporter.ts'
import { Sequencer } from './test/runner/sequencer.ts'
import { openTemporaryFolder } from './test/runner/temporary-folder.ts'
import { clusterLabs, nodeLabs } from './test/support/labs.ts'

// What tests leave in the folder for temporary files goes with the run, also where it is cut off.
openTemporaryFolder()

/** The result as JSON too, where somebody counts the tests. */
const resultFile = process.env.PLANEWRIGHT_TEST_RESULT
const json: ['json', { outputFile: string }][] =
  resultFile === undefined ? [] : [['json', { outputFile: resultFile }]]

export default defineConfig({
  test: {
    sequence: { sequencer: Sequencer },
    reporters: [new ProgressReporter(), ...json],
    // On a terminal each slower test has a line of its own; half of those with a real host take a second.
    slowTestThreshold: 60_000,
    projects: [
      {
        test: {
          name: 'unit',
          // The quick ones first; a real cluster wants the machine for itself.
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
          // Mostly waiting. As many as the other projects of the group, as vitest wants it.
          maxWorkers: 4,
          testTimeout: 180_000,
          // From nothing, the image is still being built when the first file begins.
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: 'package',
          sequence: { groupOrder: 1 },
          include: ['test/**/*.package.test.ts'],
          globalSetup: ['test/support/command-setup.ts', 'test/support/sshd-setup.ts'],
          maxWorkers: 4,
          testTimeout: 180_000,
          // From nothing, the image is still being built when the first file begins.
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
          // All files share one lab, one after the other: a second lab would take as long to make as they do.
          maxWorkers: 4,
          testTimeout: 600_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'cluster',
          sequence: { groupOrder: 3 },
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
          // kubeadm mostly waits: what is about one node fits beside it.
          sequence: { groupOrder: 4 },
          include: ['test/**/*.upgrade.test.ts'],
          globalSetup: ['test/support/command-setup.ts', 'test/upgrade/lab-setup.ts'],
          maxWorkers: nodeLabs.count,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'node',
          sequence: { groupOrder: 4 },
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
