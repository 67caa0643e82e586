import type { Fact, FileFact, FolderFact } from '../../host/fact.ts'

/**
 * The facts as the changes planned so far will leave them. A task sees what earlier tasks will write, so the
 * plan of a bare host is complete.
 */
export class Overlay {
  readonly #gathered = new Map<string, FileFact>()
  readonly #planned = new Map<string, FileFact>()

  constructor(facts: Iterable<Fact>) {
    for (const fact of facts) {
      if (fact.fact === 'file') this.#gathered.set(fact.path, fact)
      // An entry of a folder is also a fact about that file.
      if (fact.fact === 'folder') for (const entry of fact.entries) this.#gathered.set(entry.path, entry)
    }
  }

  /** What will be at a path; undefined if no task asked for it. */
  file(path: string): FileFact | undefined {
    return this.#planned.get(path) ?? this.#gathered.get(path)
  }

  /** What the survey found at a path, whatever is planned; undefined if no task asked for it. */
  found(path: string): FileFact | undefined {
    return this.#gathered.get(path)
  }

  /** Records what will be at the fact's path. */
  plan(fact: FileFact): void {
    this.#planned.set(fact.path, fact)
  }

  isPlanned(path: string): boolean {
    return this.#planned.has(path)
  }

  /** The same structure, with each fact as it will be. */
  apply(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.apply(item))
    if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
    if (isFact(value)) {
      if (value.fact === 'file') return this.#planned.get(value.path) ?? value
      if (value.fact === 'folder') return this.#applyFolder(value)
      return value
    }
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.apply(item)]))
  }

  #applyFolder(folder: FolderFact): FolderFact {
    const entries = folder.entries.map((entry) => this.#planned.get(entry.path) ?? entry)
    return { ...folder, entries }
  }
}

function isFact(value: object): value is Fact {
  return 'fact' in value && typeof value.fact === 'string'
}

/** All facts in what a task gathered. */
export function* factsIn(value: unknown): Generator<Fact> {
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return
  if (isFact(value)) {
    yield value
    return
  }
  for (const item of Object.values(value)) yield* factsIn(item)
}
