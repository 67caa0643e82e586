import { byHand } from './stored-by-hand.ts'
import type { StoredConfiguration } from './stored-configuration.ts'
import { older } from './stored-older.ts'
import { v1beta4 } from './stored-v1beta4.ts'

/** All stored configurations of the tests: those that only read them, and those that a real kubeadm reads as well. */
export const storedConfigurations: readonly StoredConfiguration[] = [...v1beta4, ...byHand, ...older]
