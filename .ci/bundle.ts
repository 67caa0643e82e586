// Bundles the library and the command. A few files load in a fraction of the time that some 480 modules take, and a user
// does not have to install the packages in the bundle.
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { rolldown, type InputOptions, type OutputChunk, type Plugin } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import manifest from '../package.json' with { type: 'json' }

const root = path.dirname(import.meta.dirname)
const library = { index: 'src/index.ts', tasks: 'tasks/index.ts', testing: 'src/testing/index.ts' }

/**
 * Packages that are not bundled. package.json may have no other packages as `dependencies`. ssh2 looks for compiled
 * modules beside its own files. node-ssh depends on ssh2, and on a package without a licence text that the bundle could
 * carry. zod's schemas are part of the library's interface, so the library must use the user's own copy of zod.
 */
const external = ['node-ssh', 'ssh2', 'zod']

/** Puts the text of a file that one of our modules reads into the module, because a bundle has no files beside it. */
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
      // Call and text are both on one line, so line numbers do not change and no source map is needed.
      return { code: text, map: null }
    },
  },
}

/** The folder of a module's package in node_modules; undefined if the module is in none. */
export function packageFolder(module: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(module)?.[0]
}

function packageName(module: string): string | null {
  const folder = packageFolder(module)
  return folder === undefined ? null : folder.replace(/^.*node_modules[\\/]/, '').replaceAll(/[@\\/]+/g, '-')
}

const options: InputOptions = { cwd: root, platform: 'node', external, plugins: [textFiles] }

/** Puts each package's chunk into packages/, and our own chunks into chunks/. */
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

/** Source maps of other people's packages would be larger than their code. */
function dropMaps(folder: string): void {
  for (const file of globSync(path.join(folder, '*.js'))) {
    rmSync(`${file}.map`, { force: true })
    writeFileSync(file, readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n'))
  }
}

/**
 * Writes the library and the command into a folder, with source maps of our own code.
 *
 * @returns the modules in the bundle that come from other people's packages
 */
export async function bundleCode(dir: string): Promise<readonly string[]> {
  const bundle = await rolldown({
    ...options,
    input: { ...library, bin: 'src/cli/bin.ts' },
    // package.json says that importing the library has no side effects. Importing the command has them.
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
    // Paths in the maps are relative to dist/, because .ci/build.ts renames the folder to that.
    sourcemapPathTransform: (source, map) => {
      const place = path.join(root, 'dist', path.relative(dir, path.dirname(map)))
      return path.relative(place, path.resolve(path.dirname(map), source))
    },
    // The source maps contain the sources with all their comments; THIRD-PARTY-LICENSES.txt has the licences.
    comments: { legal: false, annotation: true, jsdoc: false },
  })
  dropMaps(path.join(dir, 'packages'))
  return output
    .filter((part): part is OutputChunk => part.type === 'chunk')
    .flatMap(({ moduleIds }) => moduleIds)
    .filter((module) => packageFolder(module) !== undefined)
}

/** Writes the library's types into a folder, one file for each entry of the library. */
export async function bundleTypes(dir: string): Promise<void> {
  const tsconfig = path.join(root, 'tsconfig.json')
  const bundle = await rolldown({
    ...options,
    input: library,
    plugins: [textFiles, dts({ emitDtsOnly: true, tsconfig })],
  })
  await bundle.write({ dir, format: 'esm', chunkFileNames: 'chunks/[name].d.ts' })
}
