/** The result of one requirement of a run. */
export type Verdict =
  | { readonly status: 'passed' }
  /** `failed`: the requirement is not met. `error`: it could not be checked, or could not be met. */
  | {
      readonly status: 'failed' | 'error'
      /** A word for programs: an error's code, or how far a change has come. */
      readonly type: string
      /** One line. */
      readonly message: string
      /** The full text: some services show only this (GitLab), others only the message (Jenkins). */
      readonly details: string
    }
  | { readonly status: 'skipped'; readonly message: string }

/** One requirement of one host, of a cluster, or of the run. */
export interface Case {
  readonly name: string
  readonly verdict: Verdict
}

/** The cases of one host, of one cluster, or of the run. */
export interface Suite {
  readonly name: string
  /** Where it was checked: a host of the inventory, or `localhost`. */
  readonly hostname: string
  readonly properties: Readonly<Record<string, string>>
  readonly cases: readonly Case[]
  /** What was done and found. */
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
}

export const passed: Verdict = { status: 'passed' }

export function skipped(message: string): Verdict {
  return { status: 'skipped', message }
}

/** Whether a CI service shows the case as broken. */
export function isBad({ verdict }: Case): boolean {
  return verdict.status === 'failed' || verdict.status === 'error'
}
