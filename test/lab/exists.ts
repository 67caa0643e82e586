import { access } from 'node:fs/promises'

/** Whether there is something at this path that we may look at. */
export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
