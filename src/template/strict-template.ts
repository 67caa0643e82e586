import Handlebars from 'handlebars'
import { PlanewrightError } from '../error.ts'
import { nearestName } from '../inventory/nearest-name.ts'
import { blockHelpers, inlineHelpers, strictHelpers } from './helper.ts'
import { call, helperPath, noHash, place, text } from './template-node.ts'

type Path = hbs.AST.PathExpression
type Expression = hbs.AST.Expression
type Call = hbs.AST.MustacheStatement | hbs.AST.BlockStatement | hbs.AST.SubExpression

/**
 * Rewrites a parsed template so that nothing in it can be missing without an error.
 *
 * Handlebars' own `strict` only works for `{{name}}`. Inside `{{#if}}`, `{{#each}}` or a helper's arguments,
 * a missing value is no error, and names such as `constructor` exist (handlebars 4.7, compiler/compiler.js,
 * PathExpression). So every path becomes a call of a helper that looks it up itself and knows its place.
 * Handlebars does the rest.
 *
 * @throws PlanewrightError `template` with line and column for what planewright's templates do not have:
 * partials, decorators, unknown helpers, and helpers with a wrong number of arguments
 */
export function makeStrict(program: hbs.AST.Program, file: string): void {
  new Strictness(file).accept(program)
}

class Strictness extends Handlebars.Visitor {
  readonly #file: string
  /** The names of block parameters (`as |rule index|`) around the current place. */
  readonly #blockParameters: string[] = []

  constructor(file: string) {
    super()
    this.#file = file
  }

  override Program(program: hbs.AST.Program): void {
    // Missing in programs without block parameters, although the type says otherwise.
    const own = (program as Partial<hbs.AST.Program>).blockParams ?? []
    this.#blockParameters.push(...own)
    super.Program(program)
    this.#blockParameters.splice(this.#blockParameters.length - own.length)
  }

  override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
    const value = this.#valueOf(statement)
    statement.path = helperPath(strictHelpers.print, statement.loc)
    statement.params = [value, ...place(statement.loc)]
    statement.hash = noHash(statement.loc)
  }

  override BlockStatement(block: hbs.AST.BlockStatement): void {
    const name = this.#checkCall(block, blockHelpers, '#')
    block.params = block.params.map((parameter) => this.#strict(parameter))
    for (const pair of pairsOf(block)) pair.value = this.#strict(pair.value)
    if (name === 'each')
      block.params = [call(strictHelpers.list, [...block.params, ...place(block.loc)], block.loc)]
    // One of the two is missing in {{^if}} and in blocks without {{else}}, although the types say otherwise.
    for (const part of [block.program, block.inverse] as (hbs.AST.Program | undefined)[]) {
      if (part !== undefined) this.accept(part)
    }
  }

  override PartialStatement(statement: hbs.AST.PartialStatement): void {
    throw this.#partialRefused(statement)
  }

  override PartialBlockStatement(statement: hbs.AST.PartialBlockStatement): void {
    throw this.#partialRefused(statement)
  }

  override Decorator(statement: hbs.AST.Decorator): void {
    throw this.#partialRefused(statement)
  }

  override DecoratorBlock(statement: hbs.AST.DecoratorBlock): void {
    throw this.#partialRefused(statement)
  }

  /** What a `{{…}}` prints: the result of a helper if it calls one, else a variable. */
  #valueOf(statement: hbs.AST.MustacheStatement): Expression {
    if (statement.path.type !== 'PathExpression') {
      throw this.#error(
        statement,
        'a template can print only variables, not fixed values',
        'Write the value without braces.',
      )
    }
    const path = statement.path as Path
    const isVariable = statement.params.length === 0 && pairsOf(statement).length === 0
    if (isVariable && !isHelper(path)) return this.#strict(path)
    this.#checkCall(statement, inlineHelpers, '')
    return call(
      path.original,
      statement.params.map((parameter) => this.#strict(parameter)).concat(this.#placeFor(path, statement)),
      statement.loc,
    )
  }

  #strict(expression: Expression): Expression {
    if (expression.type === 'PathExpression') return this.#strictPath(expression as Path)
    if (expression.type !== 'SubExpression') return expression
    const inner = expression as hbs.AST.SubExpression
    this.#checkCall(inner, inlineHelpers, '')
    const parameters = inner.params.map((parameter) => this.#strict(parameter))
    return { ...inner, params: [...parameters, ...this.#placeFor(inner.path, inner)] } as Expression
  }

  #placeFor(path: Path, node: hbs.AST.Node): readonly Expression[] {
    return path.original === 'lookup' ? place(node.loc) : []
  }

  /** A path as a lookup from its start: the current value, an outer one, a block parameter or `@` data. */
  #strictPath(path: Path): Expression {
    const [head, ...rest] = path.parts
    if (head === undefined) return path
    const startsAtName =
      path.data || (path.depth === 0 && this.#blockParameters.includes(head) && !isScoped(path))
    const base = { ...path, parts: startsAtName ? [head] : [] }
    const steps = startsAtName ? rest : path.parts
    return call(
      strictHelpers.find,
      [base, text(path.original, path.loc), ...place(path.loc), ...steps.map((step) => text(step, path.loc))],
      path.loc,
    )
  }

  /** The helper's name, if it is allowed here and has the arguments that it needs. */
  #checkCall(node: Call, allowed: Readonly<Record<string, number>>, sign: string): string {
    const name = node.path.type === 'PathExpression' ? (node.path as Path).original : ''
    const count = Object.hasOwn(allowed, name) ? allowed[name] : undefined
    if (count === undefined) throw this.#unknownHelper(node, name, allowed, sign)
    if (node.params.length !== count) {
      const arguments_ = count === 1 ? '1 argument' : `${count} arguments`
      throw this.#error(
        node,
        `{{${sign}${name}}} needs ${arguments_}, and has ${node.params.length}`,
        undefined,
      )
    }
    const option = pairsOf(node).find(
      ({ key }) => !(key === 'includeZero' && ['if', 'unless'].includes(name)),
    )
    if (option !== undefined)
      throw this.#error(node, `{{${sign}${name}}} has no option ${option.key}`, undefined)
    return name
  }

  #unknownHelper(
    node: hbs.AST.Node,
    name: string,
    allowed: Readonly<Record<string, number>>,
    sign: string,
  ): PlanewrightError {
    if (sign === '' && Object.hasOwn(blockHelpers, name)) {
      return this.#error(node, `{{${name}}} has to be a block`, `Write {{#${name} …}} and {{/${name}}}.`)
    }
    if (sign === '#' && Object.hasOwn(inlineHelpers, name)) {
      return this.#error(node, `{{#${name}}} cannot be a block`, `Write {{${name} …}}.`)
    }
    const nearest = nearestName(name, Object.keys(allowed))
    const known = Object.keys(allowed).map((helper) => `{{${sign}${helper}}}`)
    return this.#error(
      node,
      `there is no helper {{${sign}${name}}}`,
      nearest === undefined ? `The helpers are ${known.join(', ')}.` : `Did you mean {{${sign}${nearest}}}?`,
    )
  }

  #partialRefused(node: hbs.AST.Node): PlanewrightError {
    return this.#error(
      node,
      'a template cannot have partials or decorators ({{> …}}, {{* …}})',
      'Write that text into the template itself. A policy has to be one file.',
    )
  }

  #error(node: hbs.AST.Node, what: string, remedy: string | undefined): PlanewrightError {
    const { line, column } = node.loc.start
    return new PlanewrightError('template', what, {
      where: { file: this.#file, line, column: column + 1 },
      ...(remedy === undefined ? {} : { remedy }),
    })
  }
}

function isHelper(path: Path): boolean {
  return Object.hasOwn(inlineHelpers, path.original) || Object.hasOwn(blockHelpers, path.original)
}

/**
 * `this.name` and `./name` mean the current value, even if a block parameter has the name. The rule must be
 * the same as Handlebars' (handlebars 4.7, compiler/ast.js, scopedId).
 */
function isScoped({ original }: Path): boolean {
  return /^\.|this\b/.test(original)
}

function pairsOf(node: Call): hbs.AST.HashPair[] {
  // Missing in calls without options, although the type says otherwise.
  return (node.hash as hbs.AST.Hash | undefined)?.pairs ?? []
}
