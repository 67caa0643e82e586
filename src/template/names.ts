import Handlebars from 'handlebars'

/**
 * Collects the first part of every path. Helpers are paths too, and so are the parts of a value in a block.
 */
class Names extends Handlebars.Visitor {
  readonly found = new Set<string>()

  override PathExpression({ data, parts }: hbs.AST.PathExpression): void {
    const [first, second] = parts
    const name = data && first === 'root' ? second : first
    if (name !== undefined) this.found.add(name)
  }
}

/**
 * The names that a template may read as variables. Some may not be variables: inside a block, only the value
 * shows what a name means.
 *
 * @param source - one that `compileTemplate` accepts
 */
export function templateNamesIn(source: string): readonly string[] {
  const names = new Names()
  names.accept(Handlebars.parse(source))
  return [...names.found].toSorted()
}
