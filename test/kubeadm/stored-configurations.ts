import { byHand } from './stored-by-hand.ts'
import type { StoredConfiguration } from './stored-configuration.ts'
import { older } from './stored-older.ts'
import { v1beta4 } from './stored-v1beta4.ts'

/** All stored configurations, for tests of planewright and for tests with a real kubeadm. */
export const storedConfigurations: readonly StoredConfiguration[] = [...v1beta4, ...byHand, ...older]
