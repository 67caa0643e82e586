/** The releases that a lab is taken from and to. */
export const releases = { from: 'v1.36.3', to: 'v1.37.2' } as const
