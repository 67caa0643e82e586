/** What became of something that a run asks for. */
export type Verdict =
  | { readonly status: 'passed' }
  /** `failed`: it is not so. `error`: it could not be told, or not be made so. */
  | {
      readonly status: 'failed' | 'error'
      /** A word that a program may branch on: the code of an error, or how far a change has come. */
      readonly type: string
      /** In one line. */
      readonly message: string
      /** The whole of it: some services show this alone (GitLab), some the message (Jenkins). */
      readonly details: string
    }
  | { readonly status: 'skipped'; readonly message: string }

/** One requirement of one host, of a cluster, or of the run. */
export interface Case {
  readonly name: string
  readonly verdict: Verdict
}

/** What belongs to one host, to one cluster, or to the run. */
export interface Suite {
  readonly name: string
  /** Where it was looked at: a host of the inventory, or `localhost`. */
  readonly hostname: string
  readonly properties: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
  /** What was done and found, for whoever reads on. */
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

export const passed: Verdict = { status: 'passed' }

export function skipped(message: string): Verdict {
  return { status: 'skipped', message }
}

/** Whether a CI service shows it as broken. */
export function isBad({ verdict }: Case): boolean {
  return verdict.status === 'failed' || verdict.status === 'error'
}
