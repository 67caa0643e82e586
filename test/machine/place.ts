import path from 'node:path'
import { cacheDirectory } from '../lab/cache.ts'

const root = path.join(import.meta.dirname, '..', '..')

/** What is kept between runs: the kernel, the disks, the keys, the times that states take here. */
export function machineCache(): string {
  return path.join(cacheDirectory(), 'machine')
}

/** The throwaway disks of one run. Only one run at a time uses it, and it is emptied when a run begins and ends. */
export function runDirectory(): string {
  return path.join(machineCache(), 'run')
}

/** The consoles of the machine and what planewright said, of the last run: for whoever looks into a failure. */
export const logDirectory = path.join(root, '.results', 'machine')
