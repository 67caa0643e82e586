/** Why a proof failed. The JSON report and docs/json.md have the same words. */
const proofReasonCodes = [
  /** The apiserver answered the request, and the audit log does not have its event. */
  'no-event',
  /** The policy logs no request that planewright may make. */
  'nothing-logged',
  /** The apiserver did not answer the request. */
  'no-answer',
  /** The host has no administrator's kubeconfig. */
  'no-kubeconfig',
  /** The administrator's kubeconfig has no credentials that planewright can use. */
  'unusable-kubeconfig',
] as const

/**
 * Why a guard undid a transaction, or why its undo failed. The scripts in src/guard/ write these codes into
 * `reason-code` and `failure-code` of a transaction, next to the reason in words. docs/transactions.md
 * explains them.
 */
export const guardReasonCodes = [
  /** planewright told the guard to undo it; planewright's own error says why. */
  'withdrawn',
  /** A person told the guard to undo it. */
  'canceled',
  /** The connection of the run that staged it is gone, so that nobody can confirm it. */
  'unattended',
  /** Nobody confirmed it in time. */
  'unconfirmed',
  /** The guard was killed, or the host rebooted, on the way. */
  'guard-interrupted',
  /** The host rebooted before the guard had begun. */
  'rebooted',
  /** Somebody else edited the manifest during the transaction. */
  'edited',
  /** Somebody else edited a file between the survey and the write. */
  'changed-since-survey',
  /** The manifest could not be moved out of its folder. */
  'not-taken-away',
  /** The manifest could not be moved into its folder. */
  'not-put-in',
  'no-kubelet',
  'kubelet-stopped',
  /** The kubelet does not end the old process. */
  'not-ended',
  /** The kubelet does not forget the old pod. */
  'not-forgotten',
  /** The kubelet reports that it cannot start the container. */
  'not-startable',
  /** The kubelet holds the container back after crashes (CrashLoopBackOff). */
  'held-back',
  /** No new process listens in time. */
  'not-listening',
  /** The new process ended. */
  'crashed',
  /** A command on the host failed; the words are its stderr. */
  'command-failed',
  /** After the undo, no process serves with the old files. */
  'not-serving',
  /** After the undo, the process with the old files is not ready. */
  'not-ready',
  /** Some of the old files could not be restored. */
  'not-restored',
  /** The pod that waited for a file has started, and the kubelet does not end it. */
  'pod-stays',
] as const

/** A guard's reason, as a word for programs. */
export type GuardReasonCode = (typeof guardReasonCodes)[number]

/** What exactly failed, as a word for programs, for an `ErrorCode` that covers several failures. */
export const reasonCodes = [...proofReasonCodes, ...guardReasonCodes] as const

export type ReasonCode = (typeof reasonCodes)[number]
