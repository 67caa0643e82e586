/** The releases that the tests upgrade a lab from and to. */
export const releases = { from: 'v1.36.3', to: 'v1.37.2' } as const
