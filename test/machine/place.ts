import path from 'node:path'
import { cacheDirectory } from '../lab/cache.ts'

const root = path.join(import.meta.dirname, '..', '..')

/** The folder for what is kept between runs: the kernel, the disks, the keys, and how long each phase takes here. */
export function machineCache(): string {
  return path.join(cacheDirectory(), 'machine')
}

/**
 * The folder for the throwaway disks of one run. Only one run uses it at a time, and each run empties it at its start
 * and at its end.
 */
export function runDirectory(): string {
  return path.join(machineCache(), 'run')
}

/** The machine's consoles and planewright's output from the last run, for whoever looks into a failure. */
export const logDirectory = path.join(root, '.results', 'machine')
