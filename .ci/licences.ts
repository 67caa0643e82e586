// Collects the licences of the packages in the bundle. The licences require that every copy contains them.
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { packageFolder } from './bundle.ts'

/** The licence texts of the packages that contain these modules. */
export function licences(modules: readonly string[]): string {
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
