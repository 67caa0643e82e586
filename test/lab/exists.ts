import { access } from 'node:fs/promises'

/** Whether this path exists and this process may access it. */
export async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  )
}
