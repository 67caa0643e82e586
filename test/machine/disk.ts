import { mkdir, readFile, rename } from 'node:fs/promises'
import path from 'node:path'
import { withScratchDirectory } from '../lab/cache.ts'
import { exists } from '../lab/exists.ts'
import { ensureNodeImage } from '../lab/images/node.ts'
import { hashRecipe, readRecipeFiles } from '../lab/images/recipe.ts'
import type { Progress } from '../lab/progress.ts'
import { runProgram } from '../lab/run-program.ts'
import { ensureKernel, type Kernel } from './kernel.ts'
import { ensureKeys, type Keys } from './keys.ts'
import { machineCache } from './place.ts'
import { makeRootFolder } from './root-folder.ts'

const remedy = 'See whether there is room for 6 GB in the cache folder.'

/** The machine before `kubeadm init`: everything is installed, and it is in no cluster. */
export interface BareDisk {
  /** A raw image with one ext4 filesystem. */
  readonly file: string
  readonly kernel: Kernel
  readonly keys: Keys
}

/** Makes the disk once, from the lab's node image of that version. It does not have to mount the disk for this. */
export async function ensureBareDisk(kubernetes: string, progress: Progress): Promise<BareDisk> {
  const { tag } = await ensureNodeImage(kubernetes, progress)
  const kernel = await ensureKernel(progress)
  const keys = await ensureKeys()
  const folders = ['root/etc', 'root/etc/systemd/system', 'root/etc/modules-load.d', 'root/etc/sysctl.d']
  const load = await readFile(path.join(import.meta.dirname, 'load-images.sh'), 'utf8')
  const recipe = {
    name: 'machine',
    ingredients: [tag, kernel.version],
    files: { ...(await readRecipeFiles(import.meta.dirname, folders)), load },
  }
  const file = path.join(machineCache(), `bare-${hashRecipe(recipe)}.img`)
  if (!(await exists(file))) {
    await progress.step(`making the disk of a machine with Kubernetes ${kubernetes} (only once)`, () =>
      withScratchDirectory(async (directory) => {
        const folder = path.join(directory, 'root')
        await makeRootFolder(folder, tag, kernel, keys, progress)
        const image = path.join(directory, 'disk.img')
        await runProgram('mkfs.ext4', ['-q', '-L', 'machine', '-d', folder, image, '6G'], remedy)
        await mkdir(path.dirname(file), { recursive: true })
        await rename(image, file)
      }),
    )
  }
  return { file, kernel, keys }
}

/** Makes a new disk on top of another one. Writes go only to the new disk, and the one below stays as it is. */
export async function layDisk(below: string, format: 'raw' | 'qcow2', file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await runProgram(
    'qemu-img',
    ['create', '-q', '-f', 'qcow2', '-o', 'cluster_size=4k', '-b', below, '-F', format, file],
    remedy,
  )
}
