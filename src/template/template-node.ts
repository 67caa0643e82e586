type Path = hbs.AST.PathExpression
type Expression = hbs.AST.Expression

/** A call of a helper, as a value. */
export function call(helper: string, params: Expression[], loc: hbs.AST.SourceLocation): Expression {
  const node = { type: 'SubExpression', path: helperPath(helper, loc), params, hash: noHash(loc), loc }
  return node
}

/** The name of a helper to call. */
export function helperPath(name: string, loc: hbs.AST.SourceLocation): Path {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc }
}

/** No options for a helper. */
export function noHash(loc: hbs.AST.SourceLocation): hbs.AST.Hash {
  return { type: 'Hash', pairs: [], loc }
}

/** A fixed text as an argument. */
export function text(value: string, loc: hbs.AST.SourceLocation): Expression {
  return { type: 'StringLiteral', value, original: value, loc } as Expression
}

/** Line and column, from 1, as two arguments of a call. */
export function place(loc: hbs.AST.SourceLocation): Expression[] {
  const numbers = [loc.start.line, loc.start.column + 1]
  return numbers.map((value) => ({ type: 'NumberLiteral', value, original: value, loc }) as Expression)
}
