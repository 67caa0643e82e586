import path from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '..', '..')

/** The parts of a declaration that a caller sees, without bodies and private members. */
function signatureParts(node: ts.Node): readonly ts.Node[] {
  const parts: ts.Node[] = []
  node.forEachChild((child) => {
    const isOwn = ts.isPropertyDeclaration(child) && ts.isPrivateIdentifier(child.name)
    if (ts.isBlock(child) || isOwn) return
    parts.push(child)
  })
  return parts
}

/** The names of the types in a declaration. */
function namesIn(node: ts.Node, found: ts.Node[] = []): readonly ts.Node[] {
  if (ts.isTypeReferenceNode(node)) found.push(node.typeName)
  if (ts.isExpressionWithTypeArguments(node)) found.push(node.expression)
  for (const part of signatureParts(node)) namesIn(part, found)
  return found
}

/** The modules that a user imports. */
const entries = ['src/index.ts', 'src/testing/index.ts', 'tasks/index.ts'].map((file) =>
  path.join(root, file),
)

/** Our own types that an exported signature names and that no entry exports. */
function unexportedTypes(): readonly string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(root, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => undefined,
    },
  )
  const program = ts.createProgram(entries, config?.options ?? {})
  const checker = program.getTypeChecker()
  const original = (symbol: ts.Symbol) =>
    (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
  const modules = entries.flatMap((entry) => {
    const source = program.getSourceFile(entry)
    return source === undefined ? [] : (checker.getSymbolAtLocation(source) ?? [])
  })
  const exported = new Set(modules.flatMap((module) => checker.getExportsOfModule(module)).map(original))
  // The test must not pass if a file is not found or exports nothing.
  if (modules.length !== entries.length || exported.size < 100)
    throw new Error('the entries export too little')
  const isOurs = (symbol: ts.Symbol) =>
    symbol.declarations?.some((declaration) => {
      const { fileName } = declaration.getSourceFile()
      return fileName.startsWith(path.join(root, 'src')) && !ts.isTypeParameterDeclaration(declaration)
    }) ?? false
  const missing = new Set<string>()
  for (const symbol of exported) {
    if (!isOurs(symbol)) continue
    for (const name of (symbol.declarations ?? []).flatMap((declaration) => namesIn(declaration))) {
      const referred = checker.getSymbolAtLocation(name)
      if (referred === undefined) continue
      const meant = original(referred)
      if (isOurs(meant) && !exported.has(meant)) missing.add(`${meant.name}, of ${symbol.name}`)
    }
  }
  return [...missing].toSorted()
}

test('every type in an exported signature is exported', () => {
  expect(unexportedTypes()).toEqual([])
})
