// Makes one program of the command: it is there in less than half of the time that its 350 modules take to load.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { rolldown, type Plugin } from 'rolldown'

const root = path.dirname(import.meta.dirname)
const folder = path.join('src', 'cli')

/** What stays a package of its own: ssh2 looks for compiled parts beside its files, and node-ssh has it inside. */
const external = ['node-ssh', 'ssh2']

/**
 * Lets a module of ours find what lies beside it, as if it still stood in its own folder: the bundle stands in
 * dist/src/cli, and the scripts for hosts in dist/src as they do in src.
 */
const places: Plugin = {
  name: 'places',
  transform: {
    filter: { id: /\.ts$/, code: /import\.meta/ },
    handler: (code, id) => {
      const place = path.posix.relative(path.join(root, folder), id)
      return code
        .replaceAll('import.meta.url', `new URL('${place}', import.meta.url)`)
        .replaceAll('import.meta.dirname', `(import.meta.dirname + '/${path.posix.dirname(place)}')`)
    },
  },
}

/** The folder of the package that a module of node_modules is part of. */
function packageFolder(module: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0]
}

/** The licences of the packages in the bundle, which ask to go with every copy. */
function licences(modules: readonly string[]): string {
  const folders = new Set(modules.map(packageFolder).filter((one) => one !== undefined))
  const texts = [...folders].toSorted().map((one) => {
    const { name, version } = JSON.parse(readFileSync(path.join(one, 'package.json'), 'utf8')) as {
      readonly name: string
      readonly version: string
    }
    const [file] = globSync('{LICENSE,LICENCE,License,license}*', { cwd: one })
    if (file === undefined) throw new Error(`${name} ${version} has no licence that could go with the bundle`)
    return `${name} ${version}\n\n${readFileSync(path.join(one, file), 'utf8').trim()}\n`
  })
  return texts.join(`\n${'-'.repeat(80)}\n\n`)
}

/** Puts the command into a folder with what was compiled, in place of its modules. */
export async function bundleCommand(dist: string): Promise<void> {
  const target = path.join(dist, folder)
  const bundle = await rolldown({
    input: path.join(root, folder, 'main.ts'),
    platform: 'node',
    external,
    plugins: [places],
  })
  rmSync(target, { recursive: true, force: true })
  const { output } = await bundle.write({ dir: target, format: 'esm', chunkFileNames: '[name].js' })
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []))
  writeFileSync(path.join(target, 'THIRD-PARTY-LICENSES.txt'), licences(modules))
}
