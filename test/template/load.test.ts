import { readdir, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { loadTemplate } from '../../src/template/load.ts'
import { shippedTemplates } from '../../src/template/shipped.ts'
import { refusalOf, writeFiles } from '../inventory/written-files.ts'

const project = join(import.meta.dirname, '../..')

describe('a path', () => {
  const files = {
    'mine.yaml.hbs': 'level: {{level}}\n',
    'plain.yaml': 'level: {{level}}\n',
    'plain.yml': 'x\n',
    'policies/deep.hbs': '\ufeffdeep\n',
    'policies/without-ending': 'y\n',
  }

  test.each([
    ['mine.yaml.hbs', 'mine.yaml.hbs', 'level: {{level}}\n', 'handlebars'],
    ['./mine.yaml.hbs', 'mine.yaml.hbs', 'level: {{level}}\n', 'handlebars'],
    ['plain.yaml', 'plain.yaml', 'level: {{level}}\n', 'plain'],
    ['plain.yml', 'plain.yml', 'x\n', 'plain'],
    ['policies/deep.hbs', 'policies/deep.hbs', 'deep\n', 'handlebars'],
    ['policies/without-ending', 'policies/without-ending', 'y\n', 'plain'],
  ])('%s is read relative to the inventory', async (reference, file, source, kind) => {
    const folder = await writeFiles(files)
    expect(await loadTemplate(reference, folder)).toEqual({ file: join(folder, file), source, kind })
  })

  it('may be absolute', async () => {
    const folder = await writeFiles(files)
    expect((await loadTemplate(join(folder, 'plain.yaml'), '/')).source).toBe('level: {{level}}\n')
  })

  it('may begin at home', async () => {
    const error = await refusalOf(() => loadTemplate('~/there-is-no-such/policy.yaml', '/'))
    expect(error.where.file).toBe(join(homedir(), 'there-is-no-such/policy.yaml'))
  })
})

describe("planewright's own templates", () => {
  it('are those in its folder, by name', async () => {
    const files = await readdir(join(project, 'templates'))
    const names = [...shippedTemplates.keys()]
    expect(names.map((name) => `${name}.yaml.hbs`)).toEqual(files.toSorted())
    for (const [name, text] of shippedTemplates) {
      expect(await readFile(join(project, 'templates', `${name}.yaml.hbs`), 'utf8')).toBe(text)
    }
  })

  it('are loaded by their bare names', async () => {
    const template = await loadTemplate('preempt-k8s', '/')
    expect(template).toMatchObject({
      file: 'planewright/templates/preempt-k8s.yaml.hbs',
      kind: 'handlebars',
    })
    expect(template.source).toMatch(/^kind: Policy$/m)
  })
})

describe('what cannot be loaded', () => {
  it('a name that no template has', async () => {
    expect(await refusalOf(() => loadTemplate('preemt-k8s', '/'))).toMatchObject({
      code: 'template',
      message: 'there is no template preemt-k8s',
      where: {},
      why: 'planewright has no built-in template of this name.',
      remedy:
        'The built-in templates are preempt-k8s. ' +
        'To use your own file, give a path that has a slash, or that ends in .hbs, .yaml or .yml. A relative path starts at the folder of the inventory.',
    })
  })

  it('a path that does not exist', async () => {
    expect(await refusalOf(() => loadTemplate('mine.yaml', '/lab'))).toMatchObject({
      code: 'template',
      message: 'there is no template mine.yaml',
      where: { file: '/lab/mine.yaml' },
      why: 'There is no file /lab/mine.yaml.',
    })
  })

  it('a folder', async () => {
    const folder = await writeFiles({ 'policies/x.yaml': '' })
    const error = await refusalOf(() => loadTemplate('./policies', folder))
    expect(basename(error.where.file ?? '')).toBe('policies')
    expect(error.why).toMatch(/EISDIR/)
  })

  it('a file that is not text', async () => {
    const folder = await writeFiles({ 'x.hbs': Uint8Array.of(0xc3, 0x28) })
    expect(await refusalOf(() => loadTemplate('x.hbs', folder))).toMatchObject({
      code: 'template',
      message: `the template ${join(folder, 'x.hbs')} is not text`,
      why: 'It has bytes that are not valid UTF-8.',
    })
  })
})
