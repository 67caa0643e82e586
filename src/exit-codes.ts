/** The command's exit codes; see README. */
export const exitCodes = {
  done: 0,
  failed: 1,
  pending: 2,
  unreachable: 3,
  usage: 64,
  interrupted: 130,
} as const
