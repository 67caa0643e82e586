import { PlanewrightError } from '../../../src/error.ts'

/** Reads `--control-planes`. More than seven etcd members only cost. Even numbers are allowed, but gain nothing. */
export function parseControlPlanes(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (/^[1-7]$/.test(value)) return Number(value)
  throw new PlanewrightError('usage', `--control-planes ${value} is not possible`, {
    remedy: 'Choose a number from 1 to 7; 3 is the smallest that survives the loss of one.',
  })
}

/** Reads `--kubernetes` with {@link parseRelease}. Undefined if the option is not given. */
export function parseVersion(value: string | undefined): string | undefined {
  return value === undefined ? undefined : parseRelease('--kubernetes', value)
}

/** Reads an option that names a full release, with or without `v`. */
export function parseRelease(option: string, value: string): string {
  const match = /^v?(1\.\d+\.\d+)$/.exec(value)
  if (match?.[1] !== undefined) return `v${match[1]}`
  throw new PlanewrightError('usage', `${option} ${value} is not a release`, {
    remedy: 'Give a full version, as v1.37.2.',
  })
}
