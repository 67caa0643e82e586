import path from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '..', '..')

/** What a declaration tells to whoever calls or reads it: its body, and what only its own file sees, is not in it. */
function signatureParts(node: ts.Node): readonly ts.Node[] {
  const parts: ts.Node[] = []
  node.forEachChild((child) => {
    const isOwn = ts.isPropertyDeclaration(child) && ts.isPrivateIdentifier(child.name)
    if (ts.isBlock(child) || isOwn) return
    parts.push(child)
  })
  return parts
}

/** The names of types that a declaration speaks of, in what is written and in what the compiler found for it. */
function namesIn(node: ts.Node, found: ts.Node[] = []): readonly ts.Node[] {
  if (ts.isTypeReferenceNode(node)) found.push(node.typeName)
  if (ts.isExpressionWithTypeArguments(node)) found.push(node.expression)
  for (const part of signatureParts(node)) namesIn(part, found)
  return found
}

/** Types of ours that exported signatures name, and that src/index.ts and tasks/index.ts do not export. */
function unexportedTypes(): readonly string[] {
  const config = ts.getParsedCommandLineOfConfigFile(
    path.join(root, 'tsconfig.json'),
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => undefined,
    },
  )
  const entry = path.join(root, 'src', 'index.ts')
  const program = ts.createProgram([entry], config?.options ?? {})
  const checker = program.getTypeChecker()
  const original = (symbol: ts.Symbol) =>
    (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol)
  const source = program.getSourceFile(entry)
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error('src/index.ts exports nothing')
  const exported = new Set(checker.getExportsOfModule(module).map(original))
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
