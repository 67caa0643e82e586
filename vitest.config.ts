import { defineConfig } from 'vitest/config'
import { labCount } from './test/support/labs.ts'
import { UpgradesLast } from './test/support/upgrades-last.ts'

export default defineConfig({
  test: {
    sequence: { sequencer: UpgradesLast },
    projects: [
      {
        test: {
          name: 'unit',
          // The quick ones first; a real cluster wants the machine for itself.
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          maxWorkers: 2,
          exclude: ['ssh', 'cluster', 'package', 'upgrade'].map((kind) => `test/**/*.${kind}.test.ts`),
          // A machine that installs packages at the same time has long pauses.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'ssh',
          sequence: { groupOrder: 1 },
          include: ['test/**/*.ssh.test.ts', 'test/**/*.package.test.ts'],
          globalSetup: ['test/support/sshd-setup.ts'],
          // Mostly waiting.
          maxWorkers: 3,
          testTimeout: 60_000,
          hookTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'cluster',
          sequence: { groupOrder: 2 },
          include: ['test/**/*.cluster.test.ts'],
          globalSetup: ['test/support/lab-setup.ts'],
          maxWorkers: labCount,
          testTimeout: 600_000,
          hookTimeout: 1_800_000,
        },
      },
      {
        test: {
          name: 'cluster-upgrade',
          // Side by side with `cluster`, and of as many workers.
          sequence: { groupOrder: 2 },
          include: ['test/**/*.upgrade.test.ts'],
          globalSetup: ['test/upgrade/lab-setup.ts'],
          maxWorkers: labCount,
          testTimeout: 1_800_000,
          hookTimeout: 1_800_000,
        },
      },
    ],
  },
})
