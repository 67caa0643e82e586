import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import { renderTemplate } from '../../src/template/render.ts'
import { jsonValue } from '../../src/template/strict-value.ts'
import { refusalOf } from '../inventory/written-files.ts'

const variables = {
  level: 'Request',
  count: 3,
  zero: 0,
  off: false,
  nothing: null,
  markup: `<a href="x">&'`,
  namespaces: ['default', 'kube-system'],
  empty: [],
  rules: [{ group: '', verbs: ['get'] }, { group: 'apps' }],
  nested: { inner: { name: 'deep' }, 'with-dash': 1 },
  key: 'inner',
}

function render(source: string): string {
  return renderTemplate(source, variables, { file: 'policy.yaml.hbs' })
}

describe('templates', () => {
  test.each([
    ['plain text', 'plain text'],
    ['{{level}} {{count}} {{zero}} {{off}}', 'Request 3 0 false'],
    ['{{markup}} {{{markup}}} {{&markup}}', `<a href="x">&' <a href="x">&' <a href="x">&'`],
    ['{{nested.inner.name}} {{nested.with-dash}} {{this.level}} {{./level}}', 'deep 1 Request Request'],
    ['{{namespaces.[1]}} {{namespaces.length}}', 'kube-system 2'],
    ['a {{! comment }}{{~level~}} b', 'a Requestb'],
    ['\\{{level}}', '{{level}}'],
    ['{{#if level}}yes{{/if}}{{#if off}}no{{else}}else{{/if}}', 'yeselse'],
    ['{{#if off}}1{{else if zero}}2{{else if count}}3{{else}}4{{/if}}', '3'],
    [
      '{{#if zero}}1{{/if}}{{#if zero includeZero=true}}2{{/if}}{{#if nothing}}3{{/if}}{{#if empty}}4{{/if}}',
      '2',
    ],
    ['{{^if off}}inverse{{/if}}{{#unless off}}, unless{{/unless}}', 'inverse, unless'],
    [
      '{{#each namespaces}}{{@index}}:{{this}}{{#unless @last}},{{/unless}}{{/each}}',
      '0:default,1:kube-system',
    ],
    ['{{#each empty}}item{{else}}none{{/each}}', 'none'],
    ['{{#each nested}}{{@key}}={{json this}};{{/each}}', 'inner={"name":"deep"};with-dash=1;'],
    ['{{#each namespaces}}{{../level}}{{@root.count}}{{/each}}', 'Request3Request3'],
    ['{{#each rules as |rule index|}}{{index}}{{rule.group}}{{json rule.group}}{{/each}}', '0""1apps"apps"'],
    ['{{#each rules as |level|}}{{json level.group}}{{this.group}}{{/each}}', '"""apps"apps'],
    ['{{#each rules}}{{#each ../namespaces}}{{../../level}}{{/each}}{{/each}}', 'Request'.repeat(4)],
    [
      '{{#with nested.inner}}{{name}} {{../level}}{{/with}}{{#with off}}{{else}} off{{/with}}',
      'deep Request off',
    ],
    ['{{#with nested as |n|}}{{n.inner.name}}{{/with}}', 'deep'],
    ['{{json (lookup nested key)}} {{lookup namespaces 0}}', '{"name":"deep"} default'],
    ['{{json nothing}} {{json namespaces}} {{json off}}', 'null ["default","kube-system"] false'],
    ['{{json "fixed"}} {{json 1}} {{json true}}', '"fixed" 1 true'],
    [
      'rules:\n{{#each namespaces}}\n  - {{this}}\n{{/each}}\nend\n',
      'rules:\n  - default\n  - kube-system\nend\n',
    ],
  ])('%s', (source, text) => {
    expect(render(source)).toBe(text)
  })

  it('json writes any value so that YAML reads the same', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.stringify(parse(`value: ${jsonValue(value)}\n`))).toBe(JSON.stringify({ value }))
      }),
    )
    expect(jsonValue('\u0085\u2028\ufeff')).toBe('"\\u0085\\u2028\\ufeff"')
  })
})

describe('a missing variable is refused, wherever it is used', () => {
  test.each<[string, string, readonly [number, number], string | undefined]>([
    ['{{levle}}', 'levle', [1, 3], 'Did you mean level?'],
    ['a\n  {{ levle }}', 'levle', [2, 6], 'Did you mean level?'],
    ['{{{levle}}}', 'levle', [1, 4], 'Did you mean level?'],
    ['{{#if levle}}x{{/if}}', 'levle', [1, 7], 'Did you mean level?'],
    ['{{#if level}}\n{{levle}}{{/if}}', 'levle', [2, 3], 'Did you mean level?'],
    ['{{#if off}}x{{else if levle}}x{{/if}}', 'levle', [1, 23], 'Did you mean level?'],
    ['{{#unless levle}}x{{/unless}}', 'levle', [1, 11], 'Did you mean level?'],
    ['{{#each namespace}}x{{/each}}', 'namespace', [1, 9], 'Did you mean namespaces?'],
    ['{{#with nestd}}x{{/with}}', 'nestd', [1, 9], 'Did you mean nested?'],
    ['{{json levle}}', 'levle', [1, 8], 'Did you mean level?'],
    ['{{json (lookup nestd key)}}', 'nestd', [1, 16], 'Did you mean nested?'],
    ['{{json (lookup nested ky)}}', 'ky', [1, 23], 'Did you mean key?'],
    ['{{json (lookup nested "inne")}}', 'lookup … inne', [1, 8], 'Did you mean inner?'],
    ['{{lookup namespaces 7}}', 'lookup … 7', [1, 1], undefined],
    ['{{nested.iner.name}}', 'nested.iner.name', [1, 3], 'Did you mean inner?'],
    ['{{nested.inner.nam}}', 'nested.inner.nam', [1, 3], 'Did you mean name?'],
    ['{{#if nested.inner.nam}}x{{/if}}', 'nested.inner.nam', [1, 7], 'Did you mean name?'],
    ['{{level.deeper}}', 'level.deeper', [1, 3], undefined],
    ['{{nothing.deeper}}', 'nothing.deeper', [1, 3], undefined],
    ['{{#each rules}}{{#if verbs}}{{/if}}{{/each}}', 'verbs', [1, 22], undefined],
    ['{{#each rules}}{{grup}}{{/each}}', 'grup', [1, 18], 'Did you mean group?'],
    ['{{#each rules as |rule|}}{{rule.grup}}{{/each}}', 'rule.grup', [1, 28], 'Did you mean group?'],
    ['{{#each rules}}{{../levle}}{{/each}}', '../levle', [1, 18], 'Did you mean level?'],
    ['{{@root.levle}}', '@root.levle', [1, 3], 'Did you mean level?'],
    ['{{@index}}', '@index', [1, 3], undefined],
    ['{{../level}}', '../level', [1, 3], undefined],
    ['{{constructor}}', 'constructor', [1, 3], undefined],
    ['{{__proto__}}', '__proto__', [1, 3], undefined],
    ['{{#if toString}}x{{/if}}', 'toString', [1, 7], undefined],
    ['{{level.length}}', 'level.length', [1, 3], undefined],
    ['{{json (lookup nested "constructor")}}', 'lookup … constructor', [1, 8], undefined],
    ['{{helperMissing}}', 'helperMissing', [1, 3], undefined],
  ])('%j', async (source, path, [line, column], remedy) => {
    const error = await refusalOf(() => render(source))
    expect(error).toMatchObject({ code: 'template', message: `the template uses ${path}, which is not set` })
    expect(error.where).toEqual({ file: 'policy.yaml.hbs', line, column })
    if (remedy !== undefined) expect(error.remedy).toBe(remedy)
    else expect(error.remedy).not.toMatch(/Did you mean/)
  })

  it('with a list of the variables that exist', async () => {
    expect((await refusalOf(() => render('{{nested.x}}'))).why).toBe('The value here has: inner, with-dash.')
    expect((await refusalOf(() => render('{{x}}'))).why).toMatch(/^There is: level, count, zero, /)
    expect((await refusalOf(() => render('{{level.x}}'))).why).toBe(
      'The template reads x from text, which has no parts.',
    )
  })

  it('with the syntax for a host variable inside a block', async () => {
    const error = await refusalOf(() => render('{{#each rules}}{{level}}{{/each}}'))
    expect(error.remedy).toMatch(/^Write @root\.level to get the variable/)
  })
})

describe('what a template cannot do', () => {
  test.each<[string, string, object, RegExp | undefined]>([
    ['{{nested}}', 'a template cannot print a mapping', { line: 1, column: 1 }, /\{\{json …\}\}/],
    ['x\n{{namespaces}}', 'a template cannot print a list', { line: 2, column: 1 }, /\{\{#each\}\}/],
    ['{{nothing}}', 'a template cannot print null', { line: 1, column: 1 }, /\{\{#if\}\}/],
    [
      '{{#each level}}x{{/each}}',
      '{{#each}} needs a list, and has text',
      { line: 1, column: 1 },
      /\(- item\)/,
    ],
    [
      '{{#each nothing}}x{{/each}}',
      '{{#each}} needs a list, and has null',
      { line: 1, column: 1 },
      undefined,
    ],
    [
      '\n{{#each count}}x{{/each}}',
      '{{#each}} needs a list, and has a number',
      { line: 2, column: 1 },
      undefined,
    ],
    [
      'a\n {{> part}}',
      'a template cannot have partials or decorators ({{> …}}, {{* …}})',
      { line: 2, column: 2 },
      /into the template itself/,
    ],
    [
      '{{#> part}}x{{/part}}',
      'a template cannot have partials or decorators ({{> …}}, {{* …}})',
      { line: 1 },
      undefined,
    ],
    [
      '{{#*inline "x"}}x{{/inline}}',
      'a template cannot have partials or decorators ({{> …}}, {{* …}})',
      { line: 1 },
      undefined,
    ],
    [
      '{{*decorator}}',
      'a template cannot have partials or decorators ({{> …}}, {{* …}})',
      { line: 1 },
      undefined,
    ],
    [
      'a\n{{upper level}}',
      'there is no helper {{upper}}',
      { line: 2, column: 1 },
      /^The helpers are \{\{json\}\}, \{\{lookup\}\}\.$/,
    ],
    ['{{jsn level}}', 'there is no helper {{jsn}}', { line: 1 }, /^Did you mean \{\{json\}\}\?$/],
    ['{{log level}}', 'there is no helper {{log}}', { line: 1 }, undefined],
    ['{{json (upper level)}}', 'there is no helper {{upper}}', { line: 1, column: 8 }, undefined],
    [
      '{{#eahc rules}}{{/eahc}}',
      'there is no helper {{#eahc}}',
      { line: 1 },
      /^Did you mean \{\{#each\}\}\?$/,
    ],
    [
      '{{#rules}}{{/rules}}',
      'there is no helper {{#rules}}',
      { line: 1 },
      /\{\{#if\}\}, \{\{#unless\}\}, \{\{#each\}\}, \{\{#with\}\}/,
    ],
    ['{{^off}}x{{/off}}', 'there is no helper {{#off}}', { line: 1 }, undefined],
    ['{{[planewright:find] level}}', 'there is no helper {{planewright:find}}', { line: 1 }, undefined],
    ['{{if level}}', '{{if}} has to be a block', { line: 1 }, /^Write \{\{#if …\}\} and \{\{\/if\}\}\.$/],
    ['{{json (if level)}}', '{{if}} has to be a block', { line: 1, column: 8 }, undefined],
    ['{{#json level}}{{/json}}', '{{#json}} cannot be a block', { line: 1 }, /^Write \{\{json …\}\}\.$/],
    ['{{json}}', '{{json}} needs 1 argument, and has 0', { line: 1 }, undefined],
    ['{{lookup nested}}', '{{lookup}} needs 2 arguments, and has 1', { line: 1 }, undefined],
    ['{{#if level off}}x{{/if}}', '{{#if}} needs 1 argument, and has 2', { line: 1 }, undefined],
    ['{{#each rules limit=1}}x{{/each}}', '{{#each}} has no option limit', { line: 1 }, undefined],
    ['{{level pretty=true}}', 'there is no helper {{level}}', { line: 1 }, undefined],
    ['{{"level"}}', 'a template can print only variables, not fixed values', { line: 1 }, undefined],
    ['{{{{raw}}}}x{{{{/raw}}}}', 'there is no helper {{#raw}}', { line: 1 }, undefined],
  ])('%j', async (source, message, where, remedy) => {
    const error = await refusalOf(() => render(source))
    expect(error).toMatchObject({ code: 'template', message, where: { file: 'policy.yaml.hbs', ...where } })
    if (remedy !== undefined) expect(error.remedy).toMatch(remedy)
  })

  test.each<[string, object, RegExp]>([
    ['a\n\n{{#if level}\nx', { line: 3 }, /Expecting .*'CLOSE'/],
    ['a\n{{#if level}}\nx', { line: 3 }, /got 'EOF'/],
    ['x\n{{level', { line: 2 }, /got 'INVALID'/],
    ['x\n {{#if level}}{{/each}}', { line: 2, column: 5 }, /if doesn't match each/],
  ])('syntax: %j', async (source, where, why) => {
    const error = await refusalOf(() => render(source))
    expect(error).toMatchObject({
      code: 'template',
      message: 'the template is not valid Handlebars',
      where: { file: 'policy.yaml.hbs', ...where },
    })
    expect(error.why).toMatch(why)
  })
})

it('leaves the variables as they are, and other renderings alone', async () => {
  const before = structuredClone(variables)
  render('{{#each rules}}{{json this}}{{/each}}')
  expect(variables).toEqual(before)
  await refusalOf(() => renderTemplate('{{level}}', {}, { file: 'x.hbs' }))
  expect(render('{{level}}')).toBe('Request')
})
