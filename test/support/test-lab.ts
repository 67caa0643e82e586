import { DEFAULT_CONTROL_PLANES, DEFAULT_KUBERNETES } from '../lab/up.ts'

/** What the labs of the tests are. */
export const testLab = { controlPlanes: DEFAULT_CONTROL_PLANES, kubernetes: DEFAULT_KUBERNETES } as const
