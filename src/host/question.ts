/** One thing to read from a host. In one run, equal questions are asked once. */
export type Question =
  | { readonly ask: 'identity' }
  | { readonly ask: 'file'; readonly path: string }
  | { readonly ask: 'folder'; readonly path: string }
  | { readonly ask: 'processes'; readonly name: string; readonly sees: readonly string[] }

/** A text that is the same for equal questions, and different for others. */
export function questionKey(question: Question): string {
  switch (question.ask) {
    case 'identity':
      return 'identity'
    case 'file':
    case 'folder':
      return JSON.stringify([question.ask, question.path])
    case 'processes':
      return JSON.stringify(['processes', question.name, ...question.sees])
  }
}
