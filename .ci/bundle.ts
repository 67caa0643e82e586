// Makes few modules of many: the library and the command are there in a fraction of the time that some 480 modules take to
// load, and a package that is bundled is none that a user has to install.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { rolldown, type InputOptions, type OutputChunk, type Plugin } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import manifest from '../package.json' with { type: 'json' }

const root = path.dirname(import.meta.dirname)
const library = { index: 'src/index.ts', tasks: 'tasks/index.ts', testing: 'src/testing/index.ts' }

/**
 * What stays a package of its own, and is all that package.json may have as `dependencies`. ssh2 looks for compiled
 * parts beside its files; node-ssh has it inside, and brings a package without a licence text that could go along.
 * What the library takes and gives are zod's schemas, and a user's own zod has to be the same one.
 */
const external = ['node-ssh', 'ssh2', 'zod']

/** The file that a module of ours reads beside itself, as text in the module: a bundle has no files beside it. */
const textFiles: Plugin = {
  name: 'text-files',
  transform: {
    filter: { id: /\.ts$/, code: /import\.meta/ },
    handler(code, id) {
      const text = code.replaceAll(
        /readFileSync\(new URL\('([^']+)', import\.meta\.url\), 'utf8'\)/g,
        (_call, file: string) => JSON.stringify(readFileSync(path.join(path.dirname(id), file), 'utf8')),
      )
      if (text.includes('import.meta'))
        this.error(`${id} asks where it stands, and in the bundle it stands elsewhere`)
      // Each call stands on one line, and so does the text: the lines stay as they are.
      return { code: text, map: null }
    },
  },
}

/** The folder of the package that a module of node_modules is part of. */
export function packageFolder(module: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0]
}

function packageName(module: string): string | null {
  const folder = packageFolder(module)
  return folder === undefined ? null : folder.replace(/^.*node_modules[\\/]/, '').replaceAll(/[@\\/]+/g, '-')
}

const options: InputOptions = { cwd: root, platform: 'node', external, plugins: [textFiles] }

/** A chunk with nothing of ours goes to packages/, each package in one of its own. */
function place({
  moduleIds,
  facadeModuleId,
}: {
  moduleIds: readonly string[]
  facadeModuleId?: string | null
}) {
  const [module = facadeModuleId ?? ''] = moduleIds
  return packageFolder(module) === undefined ? 'chunks/[name].js' : 'packages/[name].js'
}

/** Of other people's code the maps would be larger than the code is. */
function dropMaps(folder: string): void {
  for (const file of globSync(path.join(folder, '*.js'))) {
    rmSync(`${file}.map`, { force: true })
    writeFileSync(file, readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'))
  }
}

/**
 * Writes the library and the command into a folder, with source maps of what is ours.
 *
 * @returns the modules of other people's packages that are in it
 */
export async function bundleCode(dir: string): Promise<readonly string[]> {
  const bundle = await rolldown({
    ...options,
    input: { ...library, bin: 'src/cli/bin.ts' },
    // package.json says that importing the library does nothing by itself; the command does.
    treeshake: { moduleSideEffects: [{ test: /src\/cli\/main\.ts$/, sideEffects: true }] },
    // `await using` is not in Node 22.
    transform: { target: manifest.engines.node.replace('>=', 'node') },
  })
  const { output } = await bundle.write({
    dir,
    format: 'esm',
    chunkFileNames: place,
    codeSplitting: { groups: [{ name: packageName, test: /node_modules/, debugName: 'packages' }] },
    sourcemap: true,
    // As seen from dist/, where the folder is moved to.
    sourcemapPathTransform: (source, map) => {
      const place = path.join(root, 'dist', path.relative(dir, path.dirname(map)))
      return path.relative(place, path.resolve(path.dirname(map), source))
    },
    // They are in the maps.
    comments: { legal: false, annotation: true, jsdoc: false },
  })
  dropMaps(path.join(dir, 'packages'))
  return output
    .filter((part): part is OutputChunk => part.type === 'chunk')
    .flatMap(({ moduleIds }) => moduleIds)
    .filter((module) => packageFolder(module) !== undefined)
}

/** Writes the types of the library into a folder: those of `tasks` and of the index, in one file each. */
export async function bundleTypes(dir: string): Promise<void> {
  const tsconfig = path.join(root, 'tsconfig.json')
  const bundle = await rolldown({
    ...options,
    input: library,
    plugins: [textFiles, dts({ emitDtsOnly: true, tsconfig })],
  })
  await bundle.write({ dir, format: 'esm', chunkFileNames: 'chunks/[name].d.ts' })
}
